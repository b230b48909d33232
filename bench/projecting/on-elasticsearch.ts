import { randomUUID } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { openSearchViews, searchClient, type SearchViews } from '@orderloom/elasticsearch';
import { applyWindows, type StoredGroup } from '@orderloom/engine';
import { sharedServer } from '@orderloom/stack';
import type { Measurement, Size } from '../harness/bench.ts';
import { linesOf, namesOf, type Indices } from './bare-bulk.ts';
import {
  batchesOf,
  orderLog,
  orderProjector,
  type KeptBatch,
  type OrderLog,
  type Windows,
} from './order-log.ts';
import { writtenFigures } from './written.ts';

/** So long the same is done in other indices first, s: the server compiles what it does often, on the same processors. */
const WARM_UP_SECONDS: Readonly<Record<Size, number>> = { ci: 0.2, full: 10 };

/** What is to be in the indices: the log in windows, and the batches that a projector makes of them. */
export type Content = {
  readonly log: OrderLog;
  readonly windows: Windows;
  readonly batches: readonly KeptBatch[];
};

/** What a contender is given: its indices, and what is to be in them. */
type Task = Content & {
  readonly client: Client;
  readonly views: SearchViews;
  readonly indices: Indices;
};
export type Work = (task: Task) => Promise<void>;

export const contentOf = async (
  folder: string,
  orders: number,
  windowsOf: (groups: readonly StoredGroup[]) => Windows,
): Promise<Content> => {
  const log = await orderLog(folder, orders);
  const windows = windowsOf(log.groups);
  return { log, windows, batches: await batchesOf(log.codec, windows) };
};

/** Seconds that the work takes in indices of its own, made before and gone afterwards. */
const secondsOf = async (client: Client, content: Content, work: Work): Promise<number> => {
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const views = await openSearchViews({ client, prefix, generation: 'bench', frames: 'bench' });
  const indices = await namesOf(client, prefix);
  try {
    const started = performance.now();
    await work({ client, views, indices, ...content });
    return (performance.now() - started) / 1000;
  } finally {
    await views.close();
    for (const index of Object.values(indices)) await client.indices.delete({ index });
  }
};

export const figuresOf = ({ log, batches }: Content, seconds: number): Measurement => {
  const documents = batches.reduce((sum, { writes, chunks }) => sum + writes.length + chunks.length, 0);
  return writtenFigures(log.groups, documents, seconds);
};

/** Again and again to warm up, and then once by the clock. */
export const timed = async (content: Content, size: Size, work: Work): Promise<Measurement> => {
  const client = searchClient((await sharedServer('elasticsearch')).urls);
  for (let warm = 0; warm < WARM_UP_SECONDS[size];) warm += await secondsOf(client, content, work);
  const seconds = await secondsOf(client, content, work);
  await client.close();
  return figuresOf(content, seconds);
};

/** A loop of bulk requests, and one refresh at the end. */
export const writeBare: Work = async ({ client, indices, batches }) => {
  for (const batch of batches) {
    const { errors } = await client.bulk({ operations: linesOf(indices, batch) });
    if (errors) throw new Error('a document was not taken');
  }
  await client.indices.refresh({ index: Object.values(indices) });
};

/** The log read, decoded and folded, until all is searchable. */
export const project: Work = async ({ views, log, windows }) => {
  const projector = orderProjector(views.store('log'), log.codec);
  await applyWindows(projector, windows);
  await views.refreshed();
};
