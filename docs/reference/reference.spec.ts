// Pages about codes, held against the code: neither may know one that the other does not.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rejections } from '@orderloom/domain';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = (rooms: string): string =>
  globSync(`${rooms}/src/**/*.ts`, { cwd: root })
    .filter((file) => !/\.spec\.ts$|(^|\/)dist\//.test(file))
    .map(read)
    .join('\n');

const found = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, code]) => code!))].sort();

/** The first cell of every row of a page's tables, where it is code. */
const rows = (path: string): string[] => found(read(path), /^\| `([\w:-]+)` *\|/gm);

/** Code -> status, of the table of problems in the edge's source. */
const edgeProblems = [
  ...read('libs/http/src/problem.ts').matchAll(/^ {2}'?([a-z-]+)'?: \[\s*(\d{3}),/gm),
].map(([, code, status]) => ({ code: code!, status: status! }));

describe('the page of refusals', () => {
  test('has every code of the domain and of the edge, and no other', () => {
    const codes = [...Object.keys(rejections), ...edgeProblems.map(({ code }) => code)];
    expect(rows('docs/reference/rejections.md')).toEqual([...new Set(codes)].sort());
  });

  test('has every code that a decision names', () => {
    const named = found(sources('libs/domain'), /refuse(?:State|Content|Missing)\(\s*'([a-z-]+)'/g);
    expect(named.length).toBeGreaterThan(30);
    expect(rows('docs/reference/rejections.md')).toEqual(expect.arrayContaining(named));
  });
});

test('the page of errors has every code that is thrown, and no other', () => {
  const thrown = found(sources('libs/*'), /new EngineError\(\s*'([a-z-]+)'/g);
  expect(rows('docs/reference/errors.md')).toEqual(thrown);
});

test('the page of HTTP gives every problem of the edge its status', () => {
  const page = read('docs/reference/http.md');
  expect(edgeProblems.length).toBeGreaterThan(20);
  for (const { code, status } of edgeProblems) {
    const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${code}\``));
    expect([code, row?.split('|')[2]?.trim()]).toEqual([code, status]);
  }
});
