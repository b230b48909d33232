// A released schema may only change so that old and new programs go on reading each other, and the check notices.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

type Field = { name: string; type: unknown; doc: string; default?: unknown };
type Schema = { fields: Field[] };

const root = dirname(import.meta.dirname);
const scratch = mkdtempSync(join(tmpdir(), 'orderloom-schemas-'));
const released = join(scratch, 'golden');

const run = (script: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools', script), ...args], {
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
};

/** Runs the check on a copy of schemas/ in which one file was changed, against a release of the unchanged ones. */
const checkWith = (file: string, change: (schema: Schema) => void) => {
  const schemas = mkdtempSync(join(scratch, 'changed-'));
  cpSync(join(root, 'schemas'), schemas, { recursive: true });
  const path = join(schemas, file);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema;
  change(schema);
  writeFileSync(path, JSON.stringify(schema));
  return run('schema-check.mjs', '--schemas', schemas, '--releases', released);
};

const shipped = 'order/events/lines-shipped.avsc';
const note: Field = { name: 'note', type: ['null', 'string'], doc: 'A note.', default: null };

beforeAll(() => {
  mkdirSync(join(released, '0.0.1'), { recursive: true });
  const { status, said } = run(
    'record-golden.mjs',
    '--schemas-only',
    join(released, '0.0.1', 'schemas.json'),
  );
  expect([status, said]).toEqual([0, expect.stringMatching(/^wrote /)]);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('what is in the tree is compatible with every release', () => {
  expect(run('schema-check.mjs')).toEqual({ status: 0, said: expect.stringMatching(/: 0 broken\n$/) });
});

describe('a change of a released schema', () => {
  test.each<[string, (schema: Schema) => void]>([
    ['none', () => undefined],
    ['a new field with a default', ({ fields }) => fields.push(note)],
    [
      'other words and bounds',
      ({ fields }) => Object.assign(fields[0]!, { doc: 'Other words.', maxLength: 200 }),
    ],
  ])('passes: %s', (_name, change) => {
    expect(checkWith(shipped, change)).toEqual({ status: 0, said: expect.stringMatching(/: 0 broken\n$/) });
  });

  test.each<[string, (schema: Schema) => void, RegExp]>([
    [
      'a new field without a default',
      ({ fields }) => fields.push({ ...note, type: 'string', default: undefined }),
      /this build cannot read what 0\.0\.1 wrote/,
    ],
    ['a field less', ({ fields }) => fields.splice(2, 1), /0\.0\.1 cannot read what this build writes/],
    ['another type', ({ fields }) => Object.assign(fields[2]!, { type: 'int' }), /LinesShipped/],
    ['another name', ({ fields }) => Object.assign(fields[0]!, { name: 'parcel' }), /LinesShipped/],
    [
      'null where there was none',
      ({ fields }) => Object.assign(fields[0]!, { type: ['null', 'string'], default: null }),
      /0\.0\.1 cannot read/,
    ],
  ])('turns red: %s', (_name, change, reason) => {
    expect(checkWith(shipped, change)).toEqual({ status: 1, said: expect.stringMatching(reason) });
  });

  test.each<[string, (schema: Schema) => void, RegExp]>([
    ['a field without doc', ({ fields }) => Object.assign(fields[0]!, { doc: '' }), /has no doc/],
    ['an unknown bound', ({ fields }) => Object.assign(fields[0]!, { longest: 3 }), /"longest" is not known/],
    [
      'a union of three',
      ({ fields }) => Object.assign(fields[0]!, { type: ['null', 'int', 'string'] }),
      /union/,
    ],
    [
      'an enum',
      ({ fields }) => Object.assign(fields[0]!, { type: { type: 'enum', name: 'E', symbols: ['A'] } }),
      /not used here/,
    ],
    [
      'a type that is nowhere',
      ({ fields }) => Object.assign(fields[0]!, { type: 'orderloom.types.Cake' }),
      /no type orderloom.types.Cake/,
    ],
  ])('breaks a convention and turns red: %s', (_name, change, reason) => {
    expect(checkWith(shipped, change)).toEqual({ status: 1, said: expect.stringMatching(reason) });
  });
});

test('generated files are current', () => {
  expect(run('generate.mjs', '--check')).toEqual({ status: 0, said: '' });
});
