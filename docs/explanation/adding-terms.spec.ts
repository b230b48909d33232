// Whoever carries, stores or serves streams has never heard of what is in them: no name of a lifecycle, a region, a
// command or an event stands in the engine, its adapters or its edge, not even in a comment.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { knownLifecycles, type LifecycleDefinition } from '@orderloom/domain';
import { edgeCommandSchemas, eventSchemas } from '@orderloom/wire';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(import.meta.dirname, 'adding-terms.md'), 'utf8');

const lifecycles = knownLifecycles.map(({ definition }) => JSON.parse(definition) as LifecycleDefinition);
const messages = [edgeCommandSchemas, eventSchemas].flatMap((table) =>
  Object.values(table).flatMap((ofType) => Object.keys(ofType)),
);

/** What makes an order an order; words that are everybody's (open, none, paid) are not among them. */
const words = new Set([
  ...messages,
  ...lifecycles.map(({ name }) => name),
  ...lifecycles.flatMap(({ regions }) => Object.keys(regions)),
  ...lifecycles.flatMap(({ deadlines }) => deadlines.map(({ after }) => after)),
]);

const sourcesOf = (lib: string): string[] =>
  globSync(`libs/${lib}/src/**/*.ts`, { cwd: root }).filter((file) => !/\.spec\.ts$|\/example\//.test(file));

const wordsIn = (text: string): string[] => text.match(/[A-Za-z]+/g) ?? [];

/** Where the edge may name a thing of the domain: it gives streams their addresses. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'libs/http/src/streams.ts': ['PlaceOrder'],
  'libs/http/src/commands.controller.ts': ['PlaceOrder'],
};

describe.each(['engine', 'decider', 'sqlite', 'runtime', 'testing', 'http'])('libs/%s', (lib) => {
  const files = sourcesOf(lib);

  test('has sources to look at', () => expect(files.length).toBeGreaterThan(4));

  test.each(files)('%s names nothing of an order', (file) => {
    const found = wordsIn(readFileSync(join(root, file), 'utf8')).filter((word) => words.has(word));
    expect(found.filter((word) => !ALLOWED[file]?.includes(word))).toEqual([]);
  });
});

test('the page names files that are there, and the lifecycle among them', () => {
  const files = [...page.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, file]) => file!);
  expect(files.filter((file) => !existsSync(join(import.meta.dirname, file)))).toEqual([]);
  expect(files).toContain('../../libs/domain/src/order/lifecycles/terms.ts');
});
