import { builtinModules } from 'node:module';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// ---------------------------------------------------------------------------------------------------------------------
// Think hard about the layering before you change this file.
//
// A lib exists because it may import something that the others may not. Two sentences decide most questions: an
// adapter does not know what an order is, and an order does not know where it is kept. If a change does not fit the
// table below, the change is more often in the wrong lib than the table is wrong. tools/architecture.spec.ts says the
// same once more, without ESLint; loosening a rule means editing both.
// ---------------------------------------------------------------------------------------------------------------------
/** What apps and tools may both import. */
const shared = 'words domain engine wire adapter compose client edge runtime tracing'.split(' ');
const named = (names) => names.map((name) => `layer:${name}`);

const layers = [
  { tag: 'layer:words', libs: [], packages: [] },
  { tag: 'lib:domain', libs: ['layer:words'], packages: ['xstate'] },
  { tag: 'lib:views', libs: ['layer:words', 'lib:domain'], packages: [] },
  { tag: 'layer:engine', libs: ['layer:words'], packages: [] },
  { tag: 'layer:wire', libs: ['layer:words', 'lib:domain', 'layer:engine'], packages: ['avsc', 'ajv'] },
  { tag: 'layer:tracing', libs: ['layer:engine'], packages: ['@opentelemetry/api'] },
  { tag: 'layer:otlp', libs: [], packages: ['@opentelemetry/*'] },
  { tag: 'layer:adapter', libs: ['layer:words', 'layer:engine', 'layer:tracing'] },
  { tag: 'vendor:sqlite', libs: ['layer:words', 'layer:engine'], packages: [] },
  {
    tag: 'vendor:elasticsearch',
    libs: ['layer:words', 'layer:engine'],
    packages: ['@elastic/elasticsearch'],
  },
  {
    tag: 'vendor:schema-registry',
    libs: ['layer:words', 'layer:engine'],
    packages: ['@kafkajs/confluent-schema-registry'],
  },
  { tag: 'vendor:redis', libs: ['layer:words', 'layer:engine'], packages: ['ioredis'] },
  {
    tag: 'vendor:kafka',
    libs: ['layer:words', 'layer:engine', 'layer:tracing'],
    packages: ['kafkajs', 'kafkajs/*', '@confluentinc/kafka-javascript'],
  },
  { tag: 'vendor:archive', libs: ['layer:words', 'layer:engine'], packages: [] },
  { tag: 'layer:runtime', libs: [], packages: ['pino', 'prom-client', 'zod'] },
  {
    tag: 'layer:edge',
    libs: named(['words', 'domain', 'engine', 'wire', 'runtime', 'tracing']),
    packages: ['@nestjs/*', 'fastify', 'prom-client', 'reflect-metadata', 'rxjs'],
  },
  {
    tag: 'layer:compose',
    libs: named(['words', 'domain', 'engine', 'wire', 'adapter', 'tracing']),
    packages: [],
  },
  {
    tag: 'layer:client',
    libs: named(['words', 'domain', 'engine', 'wire', 'adapter', 'tracing']),
    packages: [],
  },
  {
    tag: 'layer:effects',
    libs: named(['words', 'domain', 'engine', 'wire', 'client']),
    packages: [],
  },
  {
    tag: 'layer:module',
    libs: named(shared),
    packages: ['@nestjs/*', 'reflect-metadata'],
  },
  { tag: 'layer:testing', libs: ['layer:words', 'layer:engine'], packages: ['@jest/globals', 'fast-check'] },
  { tag: 'layer:app', libs: named([...shared, 'module', 'otlp', 'effects']) },
  // What only tests and maintainers run: everything, the test libs included.
  { tag: 'layer:tools', libs: named([...shared, 'otlp', 'effects', 'testing']) },
  { tag: 'serves:nothing', banned: ['@nestjs/*'] },
];

const testPackages = ['@jest/globals', 'fast-check', '@nestjs/testing'];

/** The table above as options of the Nx rule. Spec files may also use the test libs. */
function boundaries({ specs }) {
  const constraint = ({ tag, libs, packages, banned }) => ({
    sourceTag: tag,
    ...(libs && { onlyDependOnLibsWithTags: specs ? [...libs, 'layer:testing'] : libs }),
    ...(packages && { allowedExternalImports: specs ? [...packages, ...testPackages] : packages }),
    ...(banned && { bannedExternalImports: banned }),
  });
  return {
    allow: [],
    banTransitiveDependencies: true,
    checkDynamicDependenciesExceptions: [],
    // The specs of these two use the test lib, which is built on them; the builds have no cycle (see tsconfig.json).
    ignoredCircularDependencies: [
      ['@orderloom/decider', '@orderloom/testing'],
      ['@orderloom/engine', '@orderloom/testing'],
    ],
    depConstraints: layers.map(constraint),
  };
}

// What an order decides may depend on nothing but its past and the command: not on a clock, a die, a machine, a locale.
const pureFiles = ['decider', 'domain', 'views'].map((name) => `libs/${name}/src/**/*.{ts,mjs}`);
const impureGlobals = [
  ...'process console globalThis Buffer require performance crypto fetch Intl'.split(' '),
  ...'setTimeout setInterval setImmediate queueMicrotask WeakRef FinalizationRegistry'.split(' '),
];
const pure = 'Pure libs read nothing but their arguments: let the caller put it into the command.';
const purity = {
  'no-restricted-globals': ['error', ...impureGlobals.map((name) => ({ name, message: pure }))],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: pure },
    { object: 'Math', property: 'random', message: pure },
    ...['localeCompare', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'].map((property) => ({
      property,
      message: pure,
    })),
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: pure },
    { selector: 'CallExpression[callee.name="Date"]', message: pure },
    { selector: 'ImportExpression', message: pure },
    { selector: 'MetaProperty[meta.name="import"]', message: pure },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: builtinModules.map((name) => ({ name, message: pure })),
      patterns: [{ group: ['node:*'], message: pure }],
    },
  ],
};

const sizes = {
  'max-lines': ['warn', { max: 300 }],
  'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-params': ['warn', 4],
  'max-depth': ['warn', 3],
};

const typed = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true, allowNullish: false },
  ],
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  // A port is asynchronous even where one of its adapters has nothing to wait for.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-invalid-void-type': 'off',
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
};

const inSpecs = {
  'max-lines-per-function': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
};

const generated = ['**/*.generated.ts', '**/generated/**'];
const specs = '**/*.spec.ts';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/.orderloom/**', 'coverage/**'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        // One program for all: one a project would read and check the same libs again for each that uses them.
        project: ['tsconfig.lint.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: typed,
  },
  {
    files: ['**/*.{ts,mjs}'],
    plugins: { '@nx': nx },
    rules: { ...sizes, '@nx/enforce-module-boundaries': ['error', boundaries({ specs: false })] },
  },
  { files: pureFiles, ignores: [specs], rules: purity },
  {
    files: [specs],
    rules: { ...inSpecs, '@nx/enforce-module-boundaries': ['error', boundaries({ specs: true })] },
  },
  { files: ['libs/{http,nest}/src/**/*.ts'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
  {
    files: generated,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      // A message without fields is a message all the same.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
    },
  },
  { files: ['libs/testing/src/contracts/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
);
