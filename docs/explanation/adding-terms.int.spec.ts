// The page shows a diff that nobody has committed: here it is taken out of a copy of the tree, and what is left must be
// whole, and know nothing of `terms`.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { knownLifecycles } from '@orderloom/domain';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(import.meta.dirname, 'adding-terms.md'), 'utf8');
const tree = mkdtempSync(join(tmpdir(), 'orderloom-without-terms-'));
afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** Files that are there for `terms` alone: the table above the diff links to each. */
const newFiles = [...(page.split('## The diff')[0] ?? '').matchAll(/\]\(\.\.\/\.\.\/([^)]+)\)/g)].map(
  ([, file]) => file!,
);

type Hunk = { readonly file: string; readonly before: string; readonly after: string };

const hunksOf = (diff: string): readonly Hunk[] =>
  diff
    .split(/^--- a\/.*\n\+\+\+ b\//m)
    .slice(1)
    .flatMap((part) => {
      const [file = '', ...hunks] = part.split(/^@@$/m);
      return hunks.map((hunk) => ({ file: file.trim(), ...sidesOf(hunk) }));
    });

const sidesOf = (hunk: string): Omit<Hunk, 'file'> => {
  // Editors cut the space that stands for an empty line.
  const lines = hunk
    .split('\n')
    .slice(1, -1)
    .map((line) => line || ' ');
  const side = (sign: string) =>
    lines
      .filter((line) => line.startsWith(' ') || line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  return { before: side('-'), after: side('+') };
};

const node = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });

/** Types of the messages, from the schemas of the tree. */
const GENERATE = `
  import { writeFileSync } from 'node:fs';
  import { readSchemas } from '${join(root, 'tools/generate/schema-model.mjs')}';
  import { streamFile, typesFile } from '${join(root, 'tools/generate/typescript.mjs')}';
  const model = readSchemas('schemas');
  if (model.problems.length > 0) throw new Error(model.problems.join());
  const folder = 'libs/domain/src/messages/generated/';
  writeFileSync(folder + 'types.ts', typesFile(model));
  for (const stream of model.streams) writeFileSync(folder + stream.name + '.ts', streamFile(model, stream));
`;

beforeAll(() => {
  for (const folder of ['schemas', 'libs/domain/src', 'libs/views/src']) {
    mkdirSync(join(tree, folder), { recursive: true });
    cpSync(join(root, folder), join(tree, folder), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  writeFileSync(join(tree, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const file of newFiles) rmSync(join(tree, file));
  for (const file of globSync('libs/*/src/**/*.spec.ts', { cwd: tree })) rmSync(join(tree, file));
});

test('every hunk of the page’s diff is in the tree, once, and can be taken out', () => {
  const [, diff = ''] = /```diff\n([\s\S]*?)```/.exec(page) ?? [];
  const hunks = hunksOf(diff);
  expect(hunks.length).toBeGreaterThan(15);
  for (const { file, before, after } of hunks) {
    const parts = readFileSync(join(tree, file), 'utf8').split(after);
    expect({ file, after, found: parts.length - 1 }).toEqual({ file, after, found: 1 });
    writeFileSync(join(tree, file), parts.join(before));
  }
});

test('what is left has no word of it', () => {
  const generated = node('--input-type=module', '--eval', GENERATE);
  expect(generated.stderr).toBe('');
  const words = /\bterms\b|remind|ConfirmOrder|OrderConfirmed/i;
  const files = globSync('{schemas,libs}/**/*.{ts,avsc}', { cwd: tree });
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => words.test(readFileSync(join(tree, file), 'utf8')))).toEqual([]);
});

test('what is left compiles', () => {
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      ...{ composite: false, noEmit: true, declaration: false, declarationMap: false, sourceMap: false },
      paths: { '@orderloom/domain': ['./libs/domain/src/index.ts'] },
    },
    include: ['libs/*/src/**/*.ts'],
  };
  writeFileSync(join(tree, 'tsconfig.json'), JSON.stringify(config));
  expect(node(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.').stdout).toBe('');
}, 120_000);

test('what is left publishes retail as it is, and nothing else', () => {
  const program = `
    import { knownLifecycles } from './libs/domain/src/index.ts';
    console.log(JSON.stringify(knownLifecycles));`;
  const flags = ['--conditions=@orderloom/source', '--disable-warning=ExperimentalWarning'];
  const run = node(...flags, '--input-type=module', '--eval', program);
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual(knownLifecycles.filter(({ name }) => name === 'retail'));
});
