// Whoever carries, stores or serves streams has never heard of what is in them: no name of a lifecycle, a command or an
// event stands in the code of the engine, its adapters or its edge. A comment may give an example.
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

/** What makes an order an order; words that are everybody's (open, none, payment) are not among them. */
const words = new Set([
  ...messages,
  ...lifecycles.map(({ name }) => name),
  ...lifecycles.flatMap(({ deadlines }) => deadlines.map(({ after }) => after)),
]);

const sourcesOf = (lib: string): string[] =>
  globSync(`libs/${lib}/src/**/*.ts`, { cwd: root }).filter(
    (file) => !/\.spec\.ts$|\/example(\/|-)/.test(file),
  );

const withoutComments = (text: string): string => text.replaceAll(/\/\*.*?\*\/|^\s*\/\/.*$/gms, '');
const wordsIn = (text: string): string[] => withoutComments(text).match(/[A-Za-z]+/g) ?? [];

/** What somebody searches for is called so as well; it has nothing to do with the lifecycle. */
const SEARCHED = 'terms';
/** Whoever brings a statement says what it differs in: the client does, on every road. */
const RECONCILING = [
  'StartReconciliation',
  'RecordDifferences',
  'ResolveDifference',
  'CompleteReconciliation',
];
/** Whoever picks what is done again says so, call by call. */
const REDRIVING = ['RedriveEffect'];
/** What whoever is not the domain may name: what makes a tenant or an order, and the jobs that a profile runs itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  http: ['PlaceOrder', 'PlaceItinerary', 'CreateTenant', SEARCHED],
  client: ['PlaceOrder', SEARCHED, ...RECONCILING, ...REDRIVING],
  engine: [SEARCHED],
  elasticsearch: [SEARCHED],
  embedded: [
    ...['PlaceOrder', 'PlaceItinerary', 'CreateTenant', 'PublishLifecycle'],
    ...['StartJob', 'AdvanceJob', 'CompleteJob', 'FailJob'],
  ],
};
const LIBS = [
  ...['engine', 'decider', 'sqlite', 'kafka', 'elasticsearch', 'redis', 'schema-registry', 'http', 'client'],
  ...['runtime', 'embedded', 'distributed'],
];

describe.each(LIBS)('libs/%s', (lib) => {
  const files = sourcesOf(lib);

  test('has sources to look at', () => expect(files.length).toBeGreaterThan(4));

  test.each(files)('%s names nothing of an order', (file) => {
    const found = wordsIn(readFileSync(join(root, file), 'utf8')).filter((word) => words.has(word));
    expect(found.filter((word) => !ALLOWED[lib]?.includes(word))).toEqual([]);
  });
});

test('the page names files that are there, and the lifecycle among them', () => {
  const files = [...page.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, file]) => file!);
  expect(files.filter((file) => !existsSync(join(import.meta.dirname, file)))).toEqual([]);
  expect(files).toContain('../../libs/domain/src/order/lifecycles/terms.ts');
});
