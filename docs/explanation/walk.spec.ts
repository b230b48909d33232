// The walk through the code, held against the code: its files and symbols exist, it is short, and it does not go back
// and forth. Where this fails, the code may be wrong rather than the page.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const MOST_STEPS = 15;
const page = readFileSync(join(import.meta.dirname, 'walk.md'), 'utf8');

type Step = { readonly number: number; readonly file: string; readonly symbol: string };

const stepsIn = (text: string): Step[] =>
  [...text.matchAll(/^(\d+)\. \[`[^`]+`\]\(([^)]+)\) `([^`]+)`:/gm)].map(([, number, file, symbol]) => ({
    number: Number(number),
    file: join(import.meta.dirname, file!),
    symbol: symbol!,
  }));

/** The parts of the way, each with its steps. */
const parts = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ name: text.slice(0, text.indexOf('\n')), steps: stepsIn(text) }));
const steps = parts.flatMap((part) => part.steps);
const libOf = ({ file }: Step): string => /\/libs\/([^/]+)\//.exec(file)?.[1] ?? file;

/** The libs that a part of the way passes, each as often as it is entered. */
const libsOf = (some: readonly Step[]): string[] =>
  some.map(libOf).filter((lib, index, libs) => lib !== libs[index - 1]);

test('has its steps numbered from 1 to 15 at most', () => {
  expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
  expect(steps.length).toBeGreaterThan(9);
  expect(steps.length).toBeLessThanOrEqual(MOST_STEPS);
  expect(steps).toHaveLength([...page.matchAll(/^\d+\. /gm)].length);
});

test.each(steps)('step $number: $symbol is exported there', ({ file, symbol }) => {
  expect(existsSync(file)).toBe(true);
  const declared = new RegExp(`^export (?:const|class|function|abstract class) ${symbol}\\b`, 'm');
  expect(readFileSync(file, 'utf8')).toMatch(declared);
});

test('passes every file once', () => {
  const files = steps.map(({ file }) => file);
  expect(new Set(files).size).toBe(files.length);
});

test.each(parts)('$name: enters no lib twice', (part) => {
  const libs = libsOf(part.steps);
  expect(libs).toEqual([...new Set(libs)]);
});

test('changes from one lib to another ten times at most', () => {
  expect(libsOf(steps).length - 1).toBeLessThanOrEqual(10);
});
