import { randomUUID } from 'node:crypto';
import { searchPlace } from '@orderloom/distributed';
import { openSearchViews, searchClient, type SearchPlace, type SearchViews } from '@orderloom/elasticsearch';
import type { StoredGroup, ViewBatch } from '@orderloom/engine';
import { openViewStore } from '@orderloom/sqlite';
import { sharedServer } from '@orderloom/stack';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { linesOf, namesOf, type Indices } from '../project-search/bare-bulk.ts';
import { batchesOf, orderLog, orderProjector, type OrderLog } from '../project-search/order-log.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 300, full: 6_000 };
/** So long the same is done in other indices first, s: the server compiles what it does often, on the same processors. */
const WARM_UP_SECONDS: Readonly<Record<Size, number>> = { ci: 0.2, full: 10 };
/** What a projector takes at once of a log that is already there. */
const WINDOW_BYTES = 4 * 1024 * 1024;

type Client = ReturnType<typeof searchClient>;
type Task = {
  readonly log: OrderLog;
  readonly windows: readonly (readonly StoredGroup[])[];
  readonly batches: readonly ViewBatch[];
};

const windowsOf = (groups: readonly StoredGroup[]): readonly (readonly StoredGroup[])[] => {
  const windows: StoredGroup[][] = [[]];
  let room = WINDOW_BYTES;
  for (const group of groups) {
    windows.at(-1)?.push(group);
    room -= group.frames.byteLength;
    if (room > 0) continue;
    windows.push([]);
    room = WINDOW_BYTES;
  }
  return windows.filter(({ length }) => length > 0);
};

const taskOf = async ({ folder, size }: Place): Promise<Task> => {
  const log = await orderLog(folder, ORDERS[size]);
  const windows = windowsOf(log.groups);
  return { log, windows, batches: await batchesOf(log, windows) };
};

const measured = (seconds: number, { log, batches }: Task): Measurement => {
  const documents = batches.reduce((sum, { writes, chunks }) => sum + writes.length + chunks.length, 0);
  const events = log.groups.reduce((sum, { count }) => sum + count, 0);
  return { written: documents / seconds, documents, events, 'events shown': events / seconds };
};

type Work = (client: Client, views: SearchViews, indices: Indices, task: Task) => Promise<void>;

const secondsOf = async (client: Client, task: Task, work: Work): Promise<number> => {
  const place: SearchPlace = searchPlace(`bench-${randomUUID().slice(0, 8)}`);
  const views = await openSearchViews({ ...place, client });
  const indices = await namesOf(client, place.prefix);
  try {
    const started = performance.now();
    await work(client, views, indices, task);
    return (performance.now() - started) / 1000;
  } finally {
    await views.close();
    for (const index of Object.values(indices)) await client.indices.delete({ index });
  }
};

const onServer = async (place: Place, work: Work): Promise<Measurement> => {
  const task = await taskOf(place);
  const client = searchClient((await sharedServer('elasticsearch')).urls);
  for (let warm = 0; warm < WARM_UP_SECONDS[place.size];) warm += await secondsOf(client, task, work);
  const seconds = await secondsOf(client, task, work);
  await client.close();
  return measured(seconds, task);
};

const bare: Work = async (client, _, indices, { batches }) => {
  for (const batch of batches) {
    const { errors } = await client.bulk({ operations: linesOf(indices, batch) });
    if (errors) throw new Error('a document was not taken');
  }
  await client.indices.refresh({ index: Object.values(indices) });
};

const rebuilt: Work = async (_, views, __, { log, windows }) => {
  const projector = orderProjector(views.store('log'), log.codec);
  for (const window of windows) await projector.apply(window);
  await views.refreshed();
};

const onSqlite = async (place: Place): Promise<Measurement> => {
  const task = await taskOf(place);
  const store = openViewStore(place.folder, `bench_${randomUUID().slice(0, 8)}`);
  const started = performance.now();
  const projector = orderProjector(store, task.log.codec);
  for (const window of task.windows) await projector.apply(window);
  await store.close();
  return measured((performance.now() - started) / 1000, task);
};

export const contenders: readonly Contender[] = [
  {
    name: 'bare-bulk',
    about: 'a loop of bulk requests with the documents that a rebuild writes, one refresh at the end',
    measure: (place) => onServer(place, bare),
  },
  {
    name: 'orderloom-rebuild',
    ours: true,
    about: 'the log read, decoded and folded into a new generation on Elasticsearch, until all is searchable',
    measure: (place) => onServer(place, rebuilt),
  },
  {
    name: 'orderloom-rebuild-sqlite',
    ours: true,
    about: 'the same into a new views file, until it is closed on the disk',
    measure: onSqlite,
  },
];
