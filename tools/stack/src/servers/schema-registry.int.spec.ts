import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { fillingRegistry, obstacleTo, ownServer, sharedServer } from '../index.ts';

const obstacle = obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('a real Schema Registry', obstacle);

const parcel = (...fields: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'Parcel', namespace: 'stack.spec', fields });

const register = (url: string, subject: string, schema: string): Promise<Response> =>
  fetch(`${url}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema }),
  });

(obstacle === undefined ? describe : describe.skip)('a real Schema Registry', () => {
  test('gives ids, and answers 409 to what readers could not follow', async () => {
    const { urls } = await sharedServer('schema-registry');
    const first = await fillingRegistry(() =>
      register(urls[0]!, 'stack-spec', parcel({ name: 'id', type: 'string' })),
    );
    expect(first.status).toBe(200);
    const { id } = (await first.json()) as { id: number };
    const stored = await fetch(`${urls[0]!}/schemas/ids/${id}`);
    expect(await stored.json()).toMatchObject({ schema: expect.stringContaining('Parcel') });
    const breaking = parcel({ name: 'weight', type: 'long' });
    expect((await register(urls[0]!, 'stack-spec', breaking)).status).toBe(409);
  }, 900_000);

  test('takes its classes from the file that its first start left', async () => {
    const server = await ownServer('schema-registry');
    try {
      const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(server.pids()[0])], {
        encoding: 'utf8',
      });
      expect(stdout).toContain('-XX:SharedArchiveFile=');
    } finally {
      await server.stop();
    }
  }, 900_000);

  test('of our own comes back empty', async () => {
    const server = await ownServer('schema-registry');
    try {
      const subjects = async () => (await fetch(`${server.urls[0]!}/subjects`)).json();
      await register(server.urls[0]!, 'stack-spec', parcel());
      expect(await subjects()).toEqual(['stack-spec']);
      await server.restart();
      expect(await subjects()).toEqual([]);
    } finally {
      await server.stop();
    }
  }, 900_000);
});
