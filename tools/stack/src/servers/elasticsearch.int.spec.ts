import { describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { obstacleTo, sharedServer } from '../index.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('a real Elasticsearch', obstacle);

(obstacle === undefined ? describe : describe.skip)('a real Elasticsearch', () => {
  test('keeps documents by external version and finds them', async () => {
    const { urls } = await sharedServer('elasticsearch');
    const index = `${urls[0]!}/stack-spec`;
    const ask = async (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${index}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    const versioned = (version: number) => `/_doc/1?version_type=external&version=${version}`;
    try {
      expect((await ask('PUT', versioned(7), { status: 'paid' })).status).toBe(201);
      expect((await ask('PUT', versioned(6), { status: 'awaiting' })).status).toBe(409);
      await ask('POST', '/_refresh');
      const found = (await (await ask('GET', '/_search?q=status:paid')).json()) as {
        hits: { total: { value: number } };
      };
      expect(found.hits.total.value).toBe(1);
    } finally {
      await ask('DELETE', '');
    }
  }, 900_000);
});
