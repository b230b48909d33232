// What a comparison reads of a real Elasticsearch: documents and histories, share by share, each once.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import { SLOTS } from '@orderloom/decider';
import { HISTORY, isInShare, type IdRange, type Share, type StreamChunk } from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { searchContents, searchHistories } from './search-contents.ts';
import { openSearchViews, searchClient } from './search-views.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the contents of a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

const START_WITHIN_MS = 900_000;
const run = `contents-${process.pid}-${Date.now()}`;
const ALL: IdRange = { after: null, upTo: null };

const share = (streams: IdRange, ids: IdRange, hasUnknown: boolean): Share => ({
  ...{ streams, hasUnknown },
  views: [{ view: 'order', ids }],
});
const everything = share(ALL, ALL, true);
const halves = [
  share({ after: null, upTo: 'main/order/b' }, { after: null, upTo: 'main/b' }, true),
  share({ after: 'main/order/b', upTo: null }, { after: 'main/b', upTo: null }, false),
];

/** Events of one byte each. */
const frames = (versions: readonly number[]): Uint8Array =>
  Uint8Array.from(versions.flatMap((version) => [1, 0, 0, 0, version]));
const chunk = (key: string, firstVersion: number, count: number): StreamChunk => ({
  ...{ streamId: `main/order/${key}`, firstVersion, count },
  frames: frames(Array.from({ length: count }, (_, at) => firstVersion + at)),
});

(obstacle === undefined ? describe : describe.skip)('the contents of views on Elasticsearch', () => {
  let client: Client;
  const place = { prefix: run, generation: 'g', frames: '1' };

  beforeAll(async () => {
    client = searchClient((await sharedServer('elasticsearch')).urls);
    const views = await openSearchViews({ ...place, client });
    const write = (view: string, key: string) => ({
      ...{ view, id: `main/${key}`, version: 1, sortKey: key, lists: ['main/all:'] },
      document: { key },
    });
    await views.store('p0').commit({
      parked: [],
      removals: [{ view: 'order', id: 'main/z', version: 2 }],
      writes: [...['a', 'b', 'c'].map((key) => write('order', key)), write('stranger', 'c')],
      chunks: [chunk('a', 1, 2), chunk('a', 3, 1), chunk('b', 2, 1), chunk('c', 1, 2), chunk('c', 2, 2)],
      checkpoint: { index: 1, sequences: new Float64Array(SLOTS) },
    });
    await views.close();
  }, START_WITHIN_MS);
  afterAll(async () => {
    for (const index of Object.keys(await client.indices.get({ index: `${run}-*` })))
      await client.indices.delete({ index });
    await client.close();
  });

  const documents = async (of: Share) => {
    const found = [];
    for await (const page of searchContents(client, place, of)) found.push(...page);
    return found.sort((a, b) => (a.view + a.id < b.view + b.id ? -1 : 1));
  };

  it('are its documents, and neither what was removed nor what the store notes for itself', async () => {
    const found = await documents(everything);
    expect(found.map(({ view, id }) => `${view} ${id}`)).toEqual([
      ...['order main/a', 'order main/b', 'order main/c', 'stranger main/c'],
    ]);
    expect(found[0]).toMatchObject({
      ...{ version: 1, sortKey: 'a', lists: ['main/all:'], body: '{"key":"a"}' },
    });
  });

  it('are in one of two shares each', async () => {
    const [first, second] = [await documents(halves[0]!), await documents(halves[1]!)];
    expect([...first, ...second].map(({ id }) => id).sort()).toEqual([
      ...['main/a', 'main/b', 'main/c', 'main/c'],
    ]);
    for (const { view, id } of first) expect(isInShare(halves[0]!, view, id)).toBe(true);
    for (const { view, id } of second) expect(isInShare(halves[1]!, view, id)).toBe(true);
  });

  it('are histories, whole where windows overlap, and in pieces where there is a hole', async () => {
    const told = (chunks: readonly StreamChunk[]) =>
      chunks.map(({ streamId, firstVersion, count }) => `${streamId} ${firstVersion}+${count}`).sort();
    expect(told(await searchHistories(client, place, everything))).toEqual([
      ...['main/order/a 1+3', 'main/order/b 1+0', 'main/order/b 2+1', 'main/order/c 1+3'],
    ]);
    const second = await searchHistories(client, place, halves[1]!);
    expect(told(second)).toEqual(['main/order/c 1+3']);
    expect(isInShare(halves[1]!, HISTORY, second[0]!.streamId)).toBe(true);
  });
});
