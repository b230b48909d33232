// The placement on a real Elasticsearch: one document that is replaced by whoever has read it last, and by nobody else;
// a reader that goes where it says; and a generation that was given up and is not made again, whoever stood still meanwhile.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import { SLOTS } from '@orderloom/decider';
import {
  fedGenerations,
  placementAfter,
  type PlacementRecord,
  type PlacementStep,
  type ViewBatch,
} from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, placementRecordContract, virtualClock } from '@orderloom/testing';
import { deleteGivenUp } from './given-up.ts';
import { keptViews } from './kept-views.ts';
import { placedReader } from './placed-reader.ts';
import { placementRecord } from './placement-record.ts';
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

  placementRecordContract({
    name: 'one document',
    create: () => {
      const place = aPlace();
      return { folds: place.generation, record: () => placementRecord(place) };
    },
  });

  const written = async (place: ReturnType<typeof aPlace>, generation: string): Promise<void> => {
    const views = await openSearchViews({ ...place, generation });
    await views.store('p0').commit(batch(generation));
    await views.close();
  };
  const step = async (record: PlacementRecord, ...steps: readonly PlacementStep[]): Promise<void> => {
    for (const one of steps) await record.replace(placementAfter(await record.read(), one));
  };
  const indices = async ({ prefix }: { readonly prefix: string }): Promise<readonly string[]> =>
    Object.keys(await client.indices.get({ index: `${prefix}-views-*` })).map((name) =>
      name.slice(`${prefix}-views-`.length),
    );

  it('says where readers go, each with one question to one generation', async () => {
    const place = aPlace();
    const record = placementRecord(place);
    const clock = virtualClock(0);
    for (const generation of ['g', 'g_1']) await written(place, generation);
    const reader = placedReader({ ...place, record, clock, parts: ['p0'], timeoutMs: 20_000 });
    const read = async () => (await reader.list('order', 'main/all:', null, 10)).documents[0]?.document;
    expect(await read()).toEqual({ generation: 'g' });
    await step(record, rebuild, { kind: 'swap' });
    expect(await read()).toEqual({ generation: 'g' });
    clock.advance(1000);
    expect(await read()).toEqual({ generation: 'g_1' });
    expect(await reader.asOf()).toBe(1);
  });

  it('is looked at again by a reader whose generation is gone', async () => {
    const place = aPlace();
    const record = placementRecord(place);
    for (const generation of ['g', 'g_1']) await written(place, generation);
    const reader = placedReader({
      ...place,
      record,
      clock: virtualClock(0),
      parts: ['p0'],
      timeoutMs: 20_000,
    });
    expect(await reader.asOf()).toBe(1);
    await step(record, rebuild, { kind: 'swap' }, { kind: 'drop' });
    await deleteGivenUp(client, place, await record.read());
    expect((await reader.get('order', 'main/a'))?.document).toEqual({ generation: 'g_1' });
    expect(await indices(place)).toEqual(['g_1']);
  });

  /** A projector that stands still while its generation is given up, and then goes on as projectors do. */
  const standingStill = async (isFenced: boolean) => {
    const place = aPlace();
    const record = placementRecord(place);
    await step(record, rebuild);
    const isFed = async () => fedGenerations(await record.read()).includes('g_1');
    const views = keptViews({ ...place, generation: 'g_1', ...(isFenced && { isFed }) });
    const store = await views.store('p0');
    await store.commit(batch('g_1'));
    await step(record, { kind: 'drop' });
    await deleteGivenUp(client, place, await record.read());
    const late = async () => store.commit(batch('g_1'));
    await expect(late()).rejects.toMatchObject({ code: 'views-corrupt' });
    const again = await views.store('p0').catch((error: unknown) => error);
    await views.close().catch(() => undefined);
    return { again, left: await indices(place) };
  };

  it('keeps a generation that was given up from being made again by whoever stood still meanwhile', async () => {
    const { again, left } = await standingStill(true);
    expect(again).toMatchObject({ code: 'generation-dropped', retryable: false });
    expect(left).toEqual([]);
  });

  it('would see it made again without that', async () => {
    expect((await standingStill(false)).left).toEqual(['g_1']);
  });

  it('takes away what was made while it was given up', async () => {
    const place = aPlace();
    const record = placementRecord(place);
    await step(record, rebuild);
    let asked = 0;
    const isFed = async (): Promise<boolean> => {
      if ((asked += 1) === 2) await step(record, { kind: 'drop' });
      return fedGenerations(await record.read()).includes('g_1');
    };
    const opening = openSearchViews({ ...place, generation: 'g_1', isFed });
    await expect(opening).rejects.toMatchObject({ code: 'generation-dropped' });
    expect(await indices(place)).toEqual([]);
  });
});
