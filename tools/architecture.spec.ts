// What may import what, asserted against the imports that the source really holds. eslint.config.mjs says the same to
// an editor; this file says it without ESLint and without Nx, and checks that both nets would in fact catch something.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

type Room = {
  readonly libs: readonly string[];
  readonly packages: readonly string[] | 'any';
  readonly pure?: true;
};

const ALL_BUT_TESTING = [
  'decider',
  'domain',
  'views',
  'engine',
  'wire',
  'sqlite',
  'redis',
  'schema-registry',
  'elasticsearch',
  'kafka',
  'archive',
  'embedded',
  'distributed',
  'client',
  'runtime',
  'http',
  'nest',
  'tracing',
  'otlp',
  'effects',
];
const TEST_LIBS = ['testing', 'stack'];
const NEST = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-fastify', '@nestjs/swagger'];
const TEST_PACKAGES = ['@jest/globals', 'fast-check', '@nestjs/testing'];

const ROOMS: Readonly<Record<string, Room>> = {
  'libs/decider': { libs: [], packages: [], pure: true },
  'libs/domain': { libs: ['decider'], packages: ['xstate'], pure: true },
  'libs/views': { libs: ['decider', 'domain'], packages: [], pure: true },
  'libs/engine': { libs: ['decider'], packages: [] },
  'libs/wire': { libs: ['decider', 'domain', 'engine'], packages: ['avsc', 'ajv'] },
  'libs/sqlite': { libs: ['decider', 'engine'], packages: [] },
  'libs/elasticsearch': { libs: ['decider', 'engine'], packages: ['@elastic/elasticsearch'] },
  'libs/schema-registry': { libs: ['decider', 'engine'], packages: ['@kafkajs/confluent-schema-registry'] },
  'libs/redis': { libs: ['decider', 'engine'], packages: ['ioredis'] },
  'libs/kafka': {
    libs: ['decider', 'engine', 'tracing'],
    packages: ['kafkajs', '@confluentinc/kafka-javascript'],
  },
  'libs/tracing': { libs: ['engine'], packages: ['@opentelemetry/api'] },
  'libs/otlp': {
    libs: [],
    packages: [
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-node',
    ],
  },
  'libs/archive': { libs: ['decider', 'engine'], packages: [] },
  'libs/runtime': { libs: [], packages: ['pino', 'prom-client', 'zod'] },
  'libs/http': {
    libs: ['decider', 'domain', 'views', 'engine', 'wire', 'runtime', 'tracing'],
    packages: [...NEST, 'fastify', 'prom-client', 'reflect-metadata', 'rxjs'],
  },
  'libs/embedded': {
    libs: ['decider', 'domain', 'views', 'engine', 'wire', 'sqlite', 'tracing'],
    packages: [],
  },
  'libs/distributed': {
    libs: ['decider', 'domain', 'views', 'engine', 'wire', 'kafka', 'elasticsearch', 'redis', 'tracing'],
    packages: [],
  },
  'libs/client': {
    libs: ['decider', 'domain', 'views', 'engine', 'wire', 'kafka', 'schema-registry', 'tracing'],
    packages: [],
  },
  'libs/effects': { libs: ['client', 'decider', 'domain', 'engine', 'wire'], packages: [] },
  'libs/nest': {
    libs: [
      'client',
      'decider',
      'domain',
      'views',
      'engine',
      'wire',
      'embedded',
      'http',
      'runtime',
      'sqlite',
      'schema-registry',
      'distributed',
      'elasticsearch',
    ],
    packages: [...NEST, 'reflect-metadata'],
  },
  'libs/testing': { libs: ['decider', 'engine'], packages: ['@jest/globals', 'fast-check'] },
  'apps/command-service': { libs: ALL_BUT_TESTING, packages: 'any' },
  'apps/effect-worker': { libs: ALL_BUT_TESTING, packages: 'any' },
  'apps/projector-archive': { libs: ALL_BUT_TESTING, packages: 'any' },
  'apps/projector-cache': { libs: ALL_BUT_TESTING, packages: 'any' },
  'apps/projector-search': { libs: ALL_BUT_TESTING, packages: 'any' },
  'apps/cli': { libs: ALL_BUT_TESTING, packages: 'any' },
  bench: { libs: [...ALL_BUT_TESTING, ...TEST_LIBS], packages: 'any' },
  tools: { libs: [...ALL_BUT_TESTING, ...TEST_LIBS], packages: 'any' },
  'tools/stack': { libs: [], packages: [] },
};

const root = dirname(import.meta.dirname);
const isSpec = (file: string) => file.endsWith('.spec.ts');
/** The innermost room that a file is in: one room lies inside another. */
const roomOf = (file: string) =>
  Object.keys(ROOMS)
    .filter((room) => file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
const sourceFiles = (room: string) =>
  globSync(`${room}/**/*.{ts,mts,mjs}`, { cwd: root }).filter(
    (file) => !/(^|\/)(node_modules|dist)\//.test(file) && roomOf(file) === room,
  );

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** Every module a file names, whether by import, export, import type, import() or require(). */
function importsOf(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText())
            ? node.arguments[0]
            : undefined;
    if (named && ts.isStringLiteralLike(named)) found.push(named.text);
  });
  return found;
}

const isBuiltin = (name: string) => name.startsWith('node:') || builtinModules.includes(name);
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

function forbiddenImports(room: string, file: string, text: string): string[] {
  const { libs, packages } = ROOMS[room]!;
  const spec = isSpec(file);
  const allowed = (name: string): boolean => {
    if (name.startsWith('.')) return roomOf(join(dirname(file), name)) === room || isData(room, name);
    if (isBuiltin(name)) return true;
    if (name.startsWith('@orderloom/')) {
      const lib = name.slice('@orderloom/'.length);
      return libs.includes(lib) || (spec && TEST_LIBS.includes(lib));
    }
    const bare = packageOf(name);
    if (spec && TEST_PACKAGES.includes(bare)) return true;
    if (packages !== 'any') return packages.includes(bare);
    return room === 'apps/command-service' || !bare.startsWith('@nestjs/');
  };
  return importsOf(parse(file, text)).filter((name) => !allowed(name));
}

/** Apps and tools may read data by path (package.json); libs may not leave their folder at all. */
const isData = (room: string, name: string) => !room.startsWith('libs/') && name.endsWith('.json');

const IMPURE_NAMES = new Set([
  ...'process console globalThis Buffer require performance crypto fetch Intl'.split(' '),
  ...'setTimeout setInterval setImmediate queueMicrotask WeakRef FinalizationRegistry'.split(' '),
]);
const IMPURE_MEMBERS = /^(Date\.now|Math\.random|.*\.(localeCompare|toLocale(Date|Time)?String))$/;

/** Where a name is read as a variable, and not as a key, a member or a declared property. */
function isVariable(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  const named =
    ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent);
  return !(named && parent.name === node);
}

/** Reads of anything but arguments: clocks, dice, the machine, its locale. */
function impureReads(file: string, text: string): string[] {
  const source = parse(file, text);
  const found = importsOf(source).filter(isBuiltin);
  walk(source, (node) => {
    const read = impureRead(node);
    if (read) found.push(read);
  });
  return found;
}

function impureRead(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return IMPURE_NAMES.has(node.text) && isVariable(node) ? node.text : undefined;
  if (ts.isPropertyAccessExpression(node))
    return IMPURE_MEMBERS.exec(node.getText().replaceAll(/\s/g, ''))?.[0];
  if (ts.isElementAccessExpression(node) && /^(Date|Math)$/.test(node.expression.getText()))
    return node.getText();
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (ts.isVariableDeclaration(node) && /^(Date|Math)$/.test(node.initializer?.getText() ?? ''))
    return node.getText();
  return ts.isMetaProperty(node) ? node.getText() : undefined;
}

function complaints(room: string, check: (file: string, text: string) => string[]): string[] {
  return sourceFiles(room).flatMap((file) =>
    check(file, readFileSync(join(root, file), 'utf8')).map((name) => `${file}: ${name}`),
  );
}

type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};
const manifestOf = (room: string) =>
  JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8')) as Manifest;
const rooms = Object.keys(ROOMS);
const pureRooms = rooms.filter((room) => ROOMS[room]!.pure);

describe('the rooms of the house', () => {
  test('are all in the table', () => {
    const found = globSync('{apps,libs}/*/package.json', { cwd: root }).map(dirname);
    expect([...found, 'bench', 'tools', 'tools/stack'].sort()).toEqual([...rooms].sort());
  });

  test.each(rooms)('%s imports only what it may', (room) => {
    expect(complaints(room, (file, text) => forbiddenImports(room, file, text))).toEqual([]);
  });

  test.each(rooms)('%s depends in its package.json only on libs that it may import', (room) => {
    const names = Object.keys(manifestOf(room).dependencies ?? {});
    const libs = names.filter((name) => name.startsWith('@orderloom/')).map((name) => name.slice(11));
    expect(libs.filter((lib) => !ROOMS[room]!.libs.includes(lib))).toEqual([]);
  });

  test.each(rooms.filter((room) => room !== 'tools'))(
    '%s refers in its build only to libs that it may import',
    (room) => {
      const config = ts.readConfigFile(join(root, room, 'tsconfig.json'), (path) => ts.sys.readFile(path));
      const { references = [] } = config.config as { references?: { path: string }[] };
      const libs = references.map(({ path }) => path.split('/').at(-1)!);
      expect(libs.filter((lib) => !ROOMS[room]!.libs.includes(lib))).toEqual([]);
    },
  );

  test.each(pureRooms)('%s reads nothing but its arguments', (room) => {
    const check = (file: string, text: string) => (isSpec(file) ? [] : impureReads(file, text));
    expect(complaints(room, check)).toEqual([]);
  });
});

describe('the checks themselves', () => {
  test.each([
    ['libs/decider', "import { Order } from '@orderloom/domain';"],
    ['libs/domain', "export type { Port } from '@orderloom/engine';"],
    ['libs/domain', "import { Type } from 'avsc';"],
    ['libs/views', "import { createMachine } from 'xstate';"],
    ['libs/engine', "import { codec } from '@orderloom/wire';"],
    ['libs/sqlite', "type Order = import('@orderloom/domain').Order;"],
    ['libs/http', "const sqlite = await import('@orderloom/sqlite');"],
    ['libs/engine', "import { given } from '@orderloom/testing';"],
    ['libs/views', "import { order } from '../../domain/src/index.ts';"],
    ['apps/cli', "import { Module } from '@nestjs/common';"],
    ['apps/cli', "import { start } from '@orderloom/command-service';"],
    ['apps/cli', "import { sharedServer } from '@orderloom/stack';"],
    ['tools/stack', "import { Kafka } from 'kafkajs';"],
    ['tools', "import { sharedServer } from '../stack/src/index.ts';"],
  ])('%s may not say %s', (room, line) => {
    expect(forbiddenImports(room, `${room}/src/planted.ts`, line)).toHaveLength(1);
  });

  test.each([
    'const at = Date.now();',
    'const at = new Date().toISOString();',
    'const at = Date();',
    'const { now } = Date;',
    "const at = Date['now']();",
    'const id = Math.random();',
    'const home = process.env.HOME;',
    'console.log(1);',
    'setTimeout(() => undefined, 1);',
    'const die = globalThis.Math;',
    'const id = crypto.randomUUID();',
    "import { readFileSync } from 'node:fs';",
    "import { readFileSync } from 'fs';",
    'names.sort((a, b) => a.localeCompare(b));',
    'const here = import.meta.url;',
  ])('a pure lib may not say %s', (line) => {
    expect(impureReads('libs/domain/src/planted.ts', line)).not.toEqual([]);
  });

  test.each([
    "const at = new Date('2026-01-01T00:00:00Z');",
    'const at = Date.parse(text);',
    'const largest = Math.max(1, 2);',
    'type Step = { readonly process: string };',
    'const step = { console: 1 };',
    'const name = step.process;',
  ])('a pure lib may say %s', (line) => {
    expect(impureReads('libs/domain/src/allowed.ts', line)).toEqual([]);
  });

  test('lint turns red on a planted import, and is not skipped', () => {
    // An .mjs file: ESLint reads it, the TypeScript build does not, so a build running beside this test stays green.
    const planted = join(root, 'libs/decider/src', `planted-${process.pid}.mjs`);
    const lines = [
      "import { Module } from '@nestjs/common';",
      "import { appendAll } from '@orderloom/engine';",
      "import { readFileSync } from 'node:fs';",
      'export default [Module, appendAll, readFileSync, Date.now(), new Date(), process.env];',
    ];
    try {
      writeFileSync(planted, lines.join('\n'));
      const lint = spawnSync(process.execPath, ['tools/lint.mjs', '--format', 'json', planted], {
        cwd: root,
        encoding: 'utf8',
      });
      const [file] = JSON.parse(lint.stdout) as { messages: { ruleId: string; line: number }[] }[];
      const found = new Set(file!.messages.map(({ line, ruleId }) => `${line} ${ruleId}`));
      expect(lint.status).toBe(1);
      expect([...found].sort()).toEqual([
        '1 @nx/enforce-module-boundaries',
        '2 @nx/enforce-module-boundaries',
        '3 no-restricted-imports',
        '4 no-restricted-globals',
        '4 no-restricted-properties',
        '4 no-restricted-syntax',
      ]);
    } finally {
      rmSync(planted, { force: true });
    }
    expect(existsSync(planted)).toBe(false);
  }, 60_000);
});
