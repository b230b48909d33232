// The placement on a real Elasticsearch: one document that is replaced by whoever has read it last, and by nobody else;
// and a reader that goes where it says.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import { SLOTS } from '@orderloom/decider';
import { placementAfter, type ViewBatch } from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, virtualClock } from '@orderloom/testing';
import { dropGeneration, placementRecord } from './placement-record.ts';
import { placedReader } from './placed-reader.ts';
import { searchContents } from './search-contents.ts';
import { openSearchViews, searchClient } from './search-views.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the placement on a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

const START_WITHIN_MS = 900_000;
const run = `placement-${process.pid}-${Date.now()}`;
const rebuild = { kind: 'rebuild', swaps: true } as const;

/** One order whose document names the generation, read as everybody reads. */
const batch = (generation: string): ViewBatch => ({
  ...{ removals: [], chunks: [], parked: [] },
  writes: [
    {
      ...{ view: 'order', id: 'main/a', version: 1, sortKey: 'a', lists: ['main/all:'] },
      document: { generation },
    },
  ],
  checkpoint: { index: 1, sequences: new Float64Array(SLOTS) },
});

(obstacle === undefined ? describe : describe.skip)('the placement on Elasticsearch', () => {
  let client: Client;
  let places = 0;
  const aPlace = () => ({ client, prefix: `${run}-${(places += 1)}`, generation: 'g', frames: '1' });

  beforeAll(async () => {
    client = searchClient((await sharedServer('elasticsearch')).urls);
  }, START_WITHIN_MS);
  afterAll(async () => {
    for (const index of Object.keys(await client.indices.get({ index: `${run}-*` })))
      await client.indices.delete({ index });
    await client.close();
  });

  it('is the first one until somebody writes it, and then what was written', async () => {
    const record = placementRecord(aPlace());
    const first = await record.read();
    expect(first).toMatchObject({ version: 1, live: 'g', beside: null });
    await record.replace(placementAfter(first, rebuild));
    expect(await record.read()).toMatchObject({ version: 2, beside: { generation: 'g_1' } });
  });

  it('is replaced by one of two who have read the same', async () => {
    const place = aPlace();
    const next = placementAfter(await placementRecord(place).read(), rebuild);
    const tries = await Promise.allSettled([1, 2, 3].map(() => placementRecord(place).replace(next)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of tries)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ code: 'placement-moved', retryable: true });
  });

  it('says where readers go, each with one question to one generation', async () => {
    const place = aPlace();
    const record = placementRecord(place);
    const clock = virtualClock(0);
    for (const generation of ['g', 'g_1']) {
      const views = await openSearchViews({ ...place, generation });
      await views.store('p0').commit(batch(generation));
      await views.close();
    }
    const reader = placedReader({ ...place, record, clock, parts: ['p0'] });
    const read = async () => (await reader.list('order', 'main/all:', null, 10)).documents[0]?.document;
    expect(await read()).toEqual({ generation: 'g' });
    const built = placementAfter(await record.read(), rebuild);
    await record.replace(built);
    const swapped = placementAfter(built, { kind: 'swap' });
    await record.replace(swapped);
    expect(await read()).toEqual({ generation: 'g' });
    clock.advance(1000);
    expect(await read()).toEqual({ generation: 'g_1' });
    expect(await reader.asOf()).toBe(1);
    await dropGeneration(client, place, 'g');
    expect(await read()).toEqual({ generation: 'g_1' });
  });

  it('has contents that a comparison can read: documents only, as they were when it began', async () => {
    const place = aPlace();
    const views = await openSearchViews(place);
    await views.store('p0').commit(batch('g'));
    await views.close();
    const pages: unknown[] = [];
    for await (const page of searchContents(client, place)) pages.push(...page);
    expect(pages).toEqual([
      {
        ...{ view: 'order', id: 'main/a', version: 1, sortKey: 'a', lists: ['main/all:'] },
        body: '{"generation":"g"}',
        found: '[[],[]]',
      },
    ]);
  });
});
