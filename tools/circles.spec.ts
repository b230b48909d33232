// No file needs itself by way of others: what is read first is understood without what comes later.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = dirname(import.meta.dirname);

type Imports = ReadonlyMap<string, readonly string[]>;

/** Files and what they import by path, types included. */
const importsOf = (files: readonly string[], textOf: (file: string) => string): Imports =>
  new Map(
    files.map((file) => {
      const found = textOf(file).matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*'(\.[^']+)'/g);
      return [file, [...found].map(([, path = '']) => join(dirname(file), path))];
    }),
  );

/** One circle, as the files on it from the first one to itself; `undefined` where there is none. O(files + imports). */
const circleIn = (imports: Imports): readonly string[] | undefined => {
  const done = new Set<string>();
  const way: string[] = [];
  const circleFrom = (file: string): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    way.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = circleFrom(next);
      if (circle !== undefined) return circle;
    }
    way.pop();
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = circleFrom(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
};

test('no file imports itself by way of others, not even for a type', () => {
  const files = globSync('{apps,libs,bench,tools,docs}/**/*.{ts,mjs}', { cwd: root }).filter(
    (file) => !/(^|\/)(node_modules|dist)\//.test(file),
  );
  expect(files.length).toBeGreaterThan(500);
  expect(circleIn(importsOf(files, (file) => readFileSync(join(root, file), 'utf8')))).toBeUndefined();
});

test('a planted circle is found', () => {
  const planted: Readonly<Record<string, string>> = {
    'a.ts': "import './b.ts';",
    'b.ts': "export { c } from './c/c.ts';",
    'c/c.ts': "import type {\n  B,\n} from '../b.ts';",
  };
  const imports = importsOf(Object.keys(planted), (file) => planted[file]!);
  expect(circleIn(imports)).toEqual(['b.ts', 'c/c.ts', 'b.ts']);
});
