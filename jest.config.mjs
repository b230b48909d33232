// Specs run from source. The kind is in the file name: `x.spec.ts` is in memory and fast, `x.int.spec.ts` needs one
// real vendor, `x.e2e.spec.ts` a running engine. ORDERLOOM_SPECS picks them: unit (the default), int, e2e or all.
const specs = {
  unit: { ignore: ['\\.(int|e2e)\\.spec\\.ts$'], end: '.spec.ts' },
  int: { ignore: [], end: '.int.spec.ts' },
  e2e: { ignore: [], end: '.e2e.spec.ts' },
  all: { ignore: [], end: '.spec.ts' },
};
const wanted = process.env.ORDERLOOM_SPECS ?? 'unit';
const chosen = specs[wanted];
if (!chosen) throw new Error(`ORDERLOOM_SPECS is ${wanted}; it can be ${Object.keys(specs).join(', ')}`);

const swc = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
};

export default {
  testEnvironment: 'node',
  testMatch: [`<rootDir>/{apps,libs,bench,tools,docs}/**/*${chosen.end}`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...chosen.ignore],
  modulePathIgnorePatterns: ['/\\.nx/', '/\\.orderloom/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  testEnvironmentOptions: { customExportConditions: ['@orderloom/source', 'node', 'node-addons'] },
  // One more than the processors that CI has: suites wait for sessions, elections and disks a third of their time.
  maxWorkers: 3,
  testSequencer: './tools/slow-first.mjs',
  // A real server may start beside a spec on the same two cores: what hangs fails all the same.
  testTimeout: 120_000,
  // What a suite leaves behind ends with its worker, and may need longer than half a second for it.
  workerGracefulExitTimeout: 10_000,
};
