// A service knows its ids from the registry and from nowhere else; it goes on without the registry, and does not begin
// without it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillingRegistry, obstacleTo, ownServer, sharedServer, type OwnServer } from '@orderloom/stack';
import { leftOut, schemaIdsContract } from '@orderloom/testing';
import { amount, describeExample, freshName, note, record } from './example-schemas.ts';
import { publishSchemas, type Publication } from './publish-schemas.ts';
import { openSchemaIds, type SchemaIdsOptions } from './schema-ids.ts';

const obstacle = obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('schema ids from a real registry', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

type Schemas = SchemaIdsOptions['schemas'];

const publish = (url: string, schemas: Schemas): Promise<Publication> =>
  fillingRegistry(() => publishSchemas({ url, schemas, describe: describeExample }));
const open = (url: string, schemas: Schemas, more: Partial<SchemaIdsOptions> = {}) =>
  openSchemaIds({
    ...{ url, schemas, describe: describeExample, patienceMs: 0, onWait: () => undefined },
    ...more,
  });
const idsOf = ({ published }: Publication): readonly number[] => published.map(({ id }) => id);

here('a real registry', () => {
  let url: string;
  beforeAll(async () => {
    url = (await sharedServer('schema-registry')).urls[0]!;
  }, 300_000);

  schemaIdsContract({
    name: 'a schema registry',
    schemas: () => [
      record(freshName(), [amount]),
      record(freshName(), [note]),
      record(freshName(), [amount, note]),
    ],
    create: async (schemas) => {
      await publish(url, schemas);
      return open(url, schemas);
    },
  });

  it('gives one id to one schema, however often it is published', async () => {
    const schemas = [record(freshName(), [amount]), record(freshName(), [note])];
    const first = await publish(url, schemas);
    const second = await publish(url, schemas);
    expect(idsOf(second)).toEqual(idsOf(first));
    expect(first.published.map(({ added }) => added)).toEqual([true, true]);
    expect(second.published.map(({ added }) => added)).toEqual([false, false]);
  });

  it('is found by fingerprint where somebody else has published the schema with docs and bounds', async () => {
    const name = freshName();
    const plain = record(name, [note]);
    const bounded = { ...note, doc: 'What the buyer says.', maxLength: 200, personal: 'receiver' };
    const [, short = ''] = name.split('orderloom.example.');
    const json = JSON.stringify({
      ...{ type: 'record', name: short, namespace: 'orderloom.example', doc: 'A note.', fields: [bounded] },
    });
    await publish(url, [{ ...plain, json }]);
    const ids = await open(url, [plain]);
    expect(await ids.find(ids.idOf(plain.fingerprint))).toMatchObject({
      name,
      fingerprint: plain.fingerprint,
    });
    expect(idsOf(await publish(url, [plain]))).toEqual([ids.idOf(plain.fingerprint)]);
  });

  it('says what does not fit to what it has, and takes the others', async () => {
    const name = freshName();
    const other = record(freshName(), [amount]);
    await publish(url, [record(name, [amount])]);
    const broken = record(name, [{ name: 'total', type: 'long' }]);
    const { published, refused } = await publish(url, [broken, other]);
    expect(refused).toEqual([
      { name, fingerprint: broken.fingerprint, status: 409, reason: expect.stringMatching(/ncompatible/) },
    ]);
    expect(published.map((schema) => schema.name)).toEqual([other.name]);
  });

  it('refuses a start whose schema it lacks, and names the schema', async () => {
    const schema = record(freshName(), [amount]);
    await expect(open(url, [schema])).rejects.toMatchObject({
      code: 'schema-not-published',
      retryable: false,
      message: expect.stringContaining(schema.name),
    });
  });

  it('refuses a start whose id has another fingerprint, and names both', async () => {
    const name = freshName();
    const [theirs, ours] = [record(name, [amount]), record(name, [amount, note])];
    const [id] = idsOf(await publish(url, [theirs]));
    const refusal = open(url, [ours]).catch((error: unknown) => error);
    expect(await refusal).toMatchObject({ code: 'schema-mismatch', retryable: false });
    for (const part of [name, `id ${id!}`, theirs.fingerprint, ours.fingerprint])
      expect(String(await refusal)).toContain(part);
  });

  it('knows older versions from the start, and later ones when they are met', async () => {
    const name = freshName();
    const [old, now, later] = [
      record(name, [amount]),
      record(name, [amount, note]),
      record(name, [amount, note, { ...note, name: 'more' }]),
    ];
    const [oldId] = idsOf(await publish(url, [old, now]));
    const ids = await open(url, [now]);
    const [laterId] = idsOf(await publish(url, [later]));
    expect(await ids.find(oldId!)).toMatchObject({ name, fingerprint: old.fingerprint });
    expect(await ids.find(laterId!)).toMatchObject({ name, fingerprint: later.fingerprint });
  });
});

here('a registry that goes away', () => {
  let registry: OwnServer;
  const name = freshName();
  const [old, now] = [record(name, [amount]), record(name, [amount, note])];
  const others = [record(freshName(), [amount]), record(freshName(), [note])];
  const history = [old, ...others, now];
  let numbers: readonly number[];
  beforeAll(async () => {
    registry = await ownServer('schema-registry');
  }, 300_000);
  afterAll(() => registry.stop());

  it('is missed by new services only, which wait, say so, and give up', async () => {
    const url = registry.urls[0]!;
    numbers = idsOf(await publish(url, history));
    const running = await open(url, [now]);
    await registry.kill('SIGKILL');
    expect(running.idOf(now.fingerprint)).toBe(numbers[3]);
    expect(await running.find(numbers[0]!)).toMatchObject({ fingerprint: old.fingerprint });
    await expect(running.find(999_999)).rejects.toMatchObject({
      code: 'registry-unavailable',
      retryable: true,
    });
    const said: string[] = [];
    const late = open(url, [now], { patienceMs: 1200, onWait: (reason) => said.push(reason) });
    await expect(late).rejects.toMatchObject({ code: 'registry-unavailable', retryable: true });
    expect(said).toEqual([expect.stringMatching(/does not answer; waiting at most 1.2 s/)]);
  }, 60_000);

  it('is waited for, and numbers everything as before once it is refilled in the recorded order', async () => {
    const url = registry.urls[0]!;
    const waiting = open(url, [now], { patienceMs: 60_000 }).catch((error: unknown) => error);
    await registry.restart();
    // It came back empty: what waited for it does not make up what is missing.
    expect(await waiting).toMatchObject({ code: 'schema-not-published' });
    const refilled = await publish(url, history);
    expect(refilled.published.every(({ added }) => added)).toBe(true);
    expect(idsOf(refilled)).toEqual(numbers);
    expect((await open(url, [now])).idOf(now.fingerprint)).toBe(numbers[3]);
  }, 120_000);

  it('that hangs counts as one that is away', async () => {
    const url = registry.urls[0]!;
    const running = await open(url, [now]);
    await registry.kill('SIGSTOP');
    const questions = await Promise.allSettled([open(url, [now]), running.find(999_999)]);
    for (const question of questions)
      expect(question).toMatchObject({ status: 'rejected', reason: { code: 'registry-unavailable' } });
    await registry.kill('SIGCONT');
    await publish(url, history);
    expect((await open(url, [now])).idOf(now.fingerprint)).toBeGreaterThan(0);
  }, 60_000);
});

here('an address', () => {
  it('never appears with its password', async () => {
    const failed = open('http://someone:s3cret@127.0.0.1:9/x', [record(freshName(), [amount])]);
    const said = await failed.then(
      () => '',
      (error: unknown) => (error as Error).message,
    );
    expect(said).toContain('http://127.0.0.1:9/x does not answer');
    expect(said).not.toContain('s3cret');
  });
});
