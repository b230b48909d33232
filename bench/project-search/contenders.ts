import { randomUUID } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { openSearchViews, searchClient, type SearchViews } from '@orderloom/elasticsearch';
import type { ViewBatch } from '@orderloom/engine';
import { sharedServer } from '@orderloom/stack';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { linesOf, namesOf, type Indices } from './bare-bulk.ts';
import { batchesOf, orderLog, orderProjector, windowsOf, type OrderLog } from './order-log.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 300, full: 6000 };
/** So long the windows are written to other indices first, s: the server compiles what it does often, on the same processors. */
const WARM_UP_SECONDS: Readonly<Record<Size, number>> = { ci: 0.2, full: 10 };

/** What a contender is given: its indices, and what is to be in them. */
type Task = {
  readonly client: Client;
  readonly views: SearchViews;
  readonly indices: Indices;
  readonly log: OrderLog;
  readonly batches: readonly ViewBatch[];
};
type Work = (task: Task) => Promise<void>;

/** Seconds that the work takes in indices of its own, made before and gone afterwards. */
const secondsOf = async (
  client: Client,
  given: Pick<Task, 'log' | 'batches'>,
  work: Work,
): Promise<number> => {
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const views = await openSearchViews({ client, prefix, generation: 'bench', frames: 'bench' });
  const indices = await namesOf(client, prefix);
  try {
    const started = performance.now();
    await work({ client, views, indices, ...given });
    return (performance.now() - started) / 1000;
  } finally {
    await views.close();
    for (const index of Object.values(indices)) await client.indices.delete({ index });
  }
};

const documentsIn = (batches: readonly ViewBatch[]): number =>
  batches.reduce((sum, { writes, chunks }) => sum + writes.length + chunks.length, 0);

/** Again and again to warm up, and then once by the clock. */
const timed = async ({ folder, size }: Place, work: Work): Promise<Measurement> => {
  const log = await orderLog(folder, ORDERS[size]);
  const batches = await batchesOf(log);
  const client = searchClient((await sharedServer('elasticsearch')).urls);
  for (let warm = 0; warm < WARM_UP_SECONDS[size];) warm += await secondsOf(client, { log, batches }, work);
  const seconds = await secondsOf(client, { log, batches }, work);
  await client.close();
  const documents = documentsIn(batches);
  const events = log.groups.reduce((sum, { count }) => sum + count, 0);
  return { written: documents / seconds, documents, events, 'events shown': events / seconds };
};

const writeBare: Work = async ({ client, indices, batches }) => {
  for (const batch of batches) {
    const { errors } = await client.bulk({ operations: linesOf(indices, batch) });
    if (errors) throw new Error('a document was not taken');
  }
  await client.indices.refresh({ index: Object.values(indices) });
};

/** The same, made searchable by the server itself as often as Orderloom does. */
const writeFresh: Work = async (task) => {
  const index = Object.values(task.indices);
  await task.client.indices.putSettings({ index, settings: { index: { refresh_interval: '500ms' } } });
  await writeBare(task);
};

const writeSink: Work = async ({ views, batches }) => {
  const store = views.store('log');
  for (const batch of batches) await store.commit(batch);
  await views.refreshed();
};

const project: Work = async ({ views, log: { groups, codec } }) => {
  const projector = orderProjector(views.store('log'), codec);
  for (const window of windowsOf(groups)) await projector.apply(window);
  await views.refreshed();
};

export const contenders: readonly Contender[] = [
  {
    name: 'bare-bulk',
    about: 'a loop of bulk requests with the same documents, one after the other, one refresh at the end',
    measure: (place) => timed(place, writeBare),
  },
  {
    name: 'fresh-bulk',
    about: 'the same loop on indices that the server refreshes every 500 ms',
    measure: (place) => timed(place, writeFresh),
  },
  {
    name: 'orderloom-sink',
    ours: true,
    about:
      'the view store: external versions, refreshed every 500 ms with checkpoint and searchable position',
    measure: (place) => timed(place, writeSink),
  },
  {
    name: 'orderloom-projector',
    ours: true,
    about: 'the same behind the projector: events decoded and folded into every view',
    measure: (place) => timed(place, project),
  },
];
