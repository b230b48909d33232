// Runs every block of first-orders.md in one shell, with curl, against a new engine, and compares what is shown.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineProcess, leftOut, type EngineProcess } from '@orderloom/testing';

const page = readFileSync(join(import.meta.dirname, 'first-orders.md'), 'utf8');
const program = join(import.meta.dirname, '../../apps/command-service/dist/main.js');
const END = '--- end of block ---';

type Block = {
  readonly line: number;
  readonly script: string;
  readonly shown?: { kind: string; text: string };
};

/** The ```sh blocks in their order, each with the ```json or ```text block that follows it. */
const blocksOf = (markdown: string): Block[] => {
  const blocks: Block[] = [];
  for (const { index, 1: kind = '', 2: text = '' } of markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const last = blocks.at(-1);
    if (kind === 'sh') blocks.push({ line: markdown.slice(0, index).split('\n').length, script: text });
    else if (last && !last.shown) blocks[blocks.length - 1] = { ...last, shown: { kind, text } };
    else throw new Error(`a block of ${kind} follows no command`);
  }
  return blocks;
};

/** What differs each time, as the page declares it: a name and a pattern a line. */
const declared = /<!--.*?-->/s.exec(page)?.[0] ?? '';
const placeholders = [...declared.matchAll(/^([a-z ]+?) {2,}(\S.*)$/gm)].map(
  ([, name, pattern]) => [name!, new RegExp(`\\b${pattern!}\\b`, 'g')] as const,
);

const settled = (text: string): string =>
  placeholders.reduce((now, [name, pattern]) => now.replaceAll(pattern, `<${name}>`), text);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `actual` with the members left out that `shown` does not show: those behind its "...". */
const asShown = (actual: unknown, shown: unknown): unknown => {
  if (Array.isArray(actual) && Array.isArray(shown))
    return actual.map((one, index) => asShown(one, shown[index]));
  if (typeof actual === 'string') return settled(actual);
  if (!isObject(actual) || !isObject(shown)) return actual;
  const names = Object.keys(actual).filter((name) => !('...' in shown) || name in shown);
  return Object.fromEntries(names.map((name) => [name, asShown(actual[name], shown[name])]));
};

const withoutDots = (shown: unknown): unknown => {
  if (Array.isArray(shown)) return shown.map(withoutDots);
  if (typeof shown === 'string') return settled(shown);
  if (!isObject(shown)) return shown;
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([name]) => name !== '...')
      .map(([name, value]) => [name, withoutDots(value)]),
  );
};

const curl = spawnSync('bash', ['-c', 'curl --version']).status === 0;
if (!curl) leftOut('docs/tutorial/first-orders.e2e.spec.ts', 'there is no bash or no curl here');

(curl ? describe : describe.skip)('the tutorial "First orders"', () => {
  const blocks = blocksOf(page);
  let engine: EngineProcess;
  let outputs: readonly string[] = [];

  beforeAll(async () => {
    engine = await engineProcess(program);
    const said = `URL=http://127.0.0.1:7070\n`;
    const script = blocks.map((block) => `${block.script}\necho; echo '${END}'\n`).join('');
    expect(script).toContain(said);
    const run = spawnSync('bash', ['-u'], {
      input: script.replace(said, `URL=${engine.url}\n`),
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.stderr).toBe('');
    outputs = run.stdout.split(`${END}\n`);
  }, 90_000);
  afterAll(() => engine.stop());

  test('shows output for what it runs, and says what differs', () => {
    expect(blocks.filter(({ shown }) => shown).length).toBeGreaterThan(25);
    expect(placeholders.map(([name]) => name)).toEqual(['instant', 'order id', 'position', 'trace id']);
  });

  test.each(blocks.map((block, index) => [block.line, index] as const))('line %i', (_, index) => {
    const { shown } = blocks[index]!;
    const output = outputs[index]!.trim();
    if (shown?.kind === 'json') {
      const expected: unknown = JSON.parse(shown.text);
      expect(asShown(JSON.parse(output), expected)).toEqual(withoutDots(expected));
    } else expect(settled(output)).toBe(settled(shown?.text.trim() ?? ''));
  });
});
