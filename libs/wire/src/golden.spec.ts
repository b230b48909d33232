// What any release has ever written is read by this build, event by event, with the identity it had.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import type { WriterSchema } from '@orderloom/engine';
import { jsonEvent } from './json.ts';
import { wireCodec } from './wire-codec.ts';

type Golden = { readonly identity: string; readonly event: Record<string, unknown> };
type Stored = {
  readonly events: readonly {
    readonly name: string;
    readonly fingerprint: string;
    readonly schema: object;
  }[];
};

const golden = join(import.meta.dirname, '..', 'golden');
const parse = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const releases = readdirSync(golden).filter((version) => existsSync(join(golden, version, 'schemas.json')));
const streams = releases.flatMap((version) =>
  globSync('*.frames', { cwd: join(golden, version) }).map(
    (file) => [version, file.replace('.frames', '')] as const,
  ),
);

const codecOf = (version: string) => {
  const { events } = parse(join(golden, version, 'schemas.json')) as Stored;
  const stored = events.map(({ name, fingerprint, schema }, id): WriterSchema => ({
    id,
    name,
    fingerprint,
    json: JSON.stringify(schema),
  }));
  const codec = wireCodec();
  codec.bind(stored);
  return codec;
};

const readAll = (version: string, stream: string) => {
  const codec = codecOf(version);
  const bytes = readFileSync(join(golden, version, `${stream}.frames`));
  const read: { identity: string; event: RecordedEvent }[] = [];
  for (let at = 0; at < bytes.length;) {
    const { event, identity, end } = codec.readFrame(bytes, at);
    read.push({ event, identity });
    at = end;
  }
  return read;
};

const base64 = (latin1: string) => Buffer.from(latin1, 'latin1').toString('base64');

// A folder without releases would make this file empty, and Jest refuses that.
test('golden streams are in their place', () => {
  expect(existsSync(join(golden, 'README.md'))).toBe(true);
});

for (const [version, stream] of streams) {
  test(`the ${stream} stream of ${version} is read as it was recorded`, () => {
    const expected = parse(join(golden, version, `${stream}.json`)) as Golden[];
    const read = readAll(version, stream);
    expect(read.map(({ identity }) => base64(identity))).toEqual(expected.map(({ identity }) => identity));
    expect(read.map(({ event }) => jsonEvent(event))).toMatchObject(expected.map(({ event }) => event));
  });

  test(`the ${stream} stream of ${version} is a chain`, () => {
    const read = readAll(version, stream);
    const identities = ['', ...read.map(({ identity }) => identity)];
    expect(read.map(({ event }) => event.prev)).toEqual(identities.slice(0, -1));
  });
}
