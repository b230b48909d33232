// `npm run verify` leaves out what cannot have become unclean. Whatever is left out wrongly stays green for ever.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keepClean, lintKeys, unclean } from './lint-changed.ts';

let root = '';
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const lib = (name: string, ...uses: readonly string[]): void => {
  const dependencies = Object.fromEntries(uses.map((used) => [used, '0.1.0']));
  write(`libs/${name}/package.json`, JSON.stringify({ name, dependencies }));
  write(`libs/${name}/src/index.ts`, 'export {};');
};
const toLint = (): readonly string[] => unclean(root, lintKeys(root)).toSorted();

/** `words` is used by `engine`, that by `edge`; `apart` by nobody. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'orderloom-lint-'));
  write('package.json', JSON.stringify({ workspaces: ['libs/*', 'tools'] }));
  write('eslint.config.mjs', '');
  write('tools/package.json', JSON.stringify({ name: 'tools' }));
  lib('words');
  lib('engine', 'words');
  lib('edge', 'engine');
  lib('apart');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const EVERYTHING = ['eslint.config.mjs', 'libs/apart', 'libs/edge', 'libs/engine', 'libs/words', 'tools'];

test('everything is to be linted once, and nothing that was clean and is as it was', () => {
  expect(toLint()).toEqual(EVERYTHING);
  keepClean(root, lintKeys(root));
  expect(toLint()).toEqual([]);
});

describe('what was clean is linted again', () => {
  beforeEach(() => {
    keepClean(root, lintKeys(root));
  });

  test.each([
    ['itself', 'libs/edge/src/index.ts', ['libs/edge', 'tools']],
    [
      'what it uses at the end of a chain',
      'libs/words/src/index.ts',
      ['libs/edge', 'libs/engine', 'libs/words', 'tools'],
    ],
    ['what it uses, in a file that is new', 'libs/engine/src/new.ts', ['libs/edge', 'libs/engine', 'tools']],
    ['its tags or its packages', 'libs/apart/package.json', ['libs/apart', 'tools']],
    ['a tool', 'tools/new.mjs', ['tools']],
    ['the rules', 'eslint.config.mjs', EVERYTHING],
    ['what is installed', 'package-lock.json', EVERYTHING],
  ])('where %s has changed', (_, file, expected) => {
    appendFileSync(join(root, file), '\n');
    expect(toLint()).toEqual(expected);
  });

  test('where a file is gone', () => {
    rmSync(join(root, 'libs/engine/src/index.ts'));
    expect(toLint()).toEqual(['libs/edge', 'libs/engine', 'tools']);
  });
});
