import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(dirname(import.meta.dirname));

/** A test that bears the number of a statement. */
export type NumberedTest = {
  readonly number: string;
  /** Path of its file, from the root. */
  readonly file: string;
  readonly isNullControl: boolean;
};

/** `statement('15.2', …`, `test('15.2 …'`, `it.each(…)('15.2 …'`. */
const TITLE =
  /^\s*(?:statement|test|it)(?:\.\w+\([^'"`]*?\))?\(\s*(['"`])(\d+\.\d+)(?:\1| (null control)?)/gm;

export const numberedTestsIn = (file: string, text: string): readonly NumberedTest[] =>
  [...text.matchAll(TITLE)].map(([, , number = '', nullControl]) => ({
    ...{ number, file },
    isNullControl: nullControl !== undefined,
  }));

/** Every test of the tree that bears a number, by file. */
export const numberedTests = (): readonly NumberedTest[] =>
  globSync('{apps,libs,tools,docs}/**/*.spec.ts', { cwd: root })
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => numberedTestsIn(file, readFileSync(join(root, file), 'utf8')));
