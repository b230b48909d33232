// Publishing the real schemas to a real registry, and services that find them there.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSchemaIds } from '@orderloom/schema-registry';
import { obstacleTo, ownServer, type OwnServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { describeSchema, publicSchemas, schemaHistory } from '@orderloom/wire';
import { orderloom, orderloomJson } from '../running.ts';

const obstacle = obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('orderloom schemas publish, on a real registry', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

type Published = { readonly name: string; readonly id: number; readonly added: boolean };

here('orderloom schemas publish', () => {
  let registry: OwnServer;
  let url: string;
  beforeAll(async () => {
    registry = await ownServer('schema-registry');
    url = registry.urls[0]!;
  }, 300_000);
  afterAll(() => registry.stop());

  const publish = async (): Promise<readonly Published[]> => {
    const result = await orderloomJson('schemas', 'publish', '--registry', url);
    return result['published'] as readonly Published[];
  };

  it('publishes every schema once, in the order of the releases, and numbers an emptied registry as before', async () => {
    const first = await publish();
    expect(first.map(({ name }) => name)).toEqual(schemaHistory().map(({ name }) => name));
    expect(first.every(({ added }) => added)).toBe(true);
    const again = await publish();
    expect(again).toEqual(first.map((schema) => ({ ...schema, added: false })));
    await registry.restart();
    expect(await publish()).toEqual(first);
  }, 120_000);

  it('is what a service waits for', async () => {
    await publish();
    const options = { url, describe: describeSchema, patienceMs: 0, onWait: () => undefined };
    const ids = await openSchemaIds({ ...options, schemas: publicSchemas() });
    for (const { name, fingerprint } of publicSchemas())
      expect(await ids.find(ids.idOf(fingerprint))).toMatchObject({ name, fingerprint });
  }, 60_000);

  it('shows what the registry says to a change that breaks readers, by subject, and exits with 1', async () => {
    await registry.restart();
    const subject = 'orderloom.buyer.BuyerBlocked';
    const fields = [{ name: 'why', type: 'int' }];
    const schema = JSON.stringify({ type: 'record', name: subject, fields });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ schema });
    await fetch(`${url}/subjects/${subject}/versions`, { method: 'POST', headers, body });
    const { code, err } = await orderloom('schemas', 'publish', '--registry', url);
    expect(code).toBe(1);
    expect(err).toMatch(/orderloom\.buyer\.BuyerBlocked: the registry answers 409: .*ncompatible/);
    const asJson = await orderloom('schemas', 'publish', '--registry', url, '--json');
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'schema-refused', refused: [{ name: subject, status: 409 }] },
    });
  }, 120_000);

  it('says where there is no registry', async () => {
    const away = await orderloom('schemas', 'publish', '--registry', 'http://127.0.0.1:9');
    expect(away).toMatchObject({ code: 4, err: expect.stringContaining('does not answer') });
    const unnamed = await orderloom('schemas', 'publish');
    expect(unnamed).toMatchObject({ code: 2, err: expect.stringContaining('--registry') });
  }, 60_000);
});
