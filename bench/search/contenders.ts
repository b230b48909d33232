import { randomUUID } from 'node:crypto';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { openSearchViews, searchClient, searchReader } from '@orderloom/elasticsearch';
import { createProjector } from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { sharedServer } from '@orderloom/stack';
import { orderView } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { orderloom, type DrivenOrderloom } from '../embedded-lifecycle/orderloom.ts';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { stepOf } from '../load/workload.ts';
import { followedWindows } from '../projecting/order-log.ts';
import { measurePages } from './questions.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 2000, full: 200_000 };
const PAGES: Readonly<Record<Size, number>> = { ci: 20, full: 200 };
const IN_FLIGHT = 64;
/** One order in so many is paid. */
const PAID = 3;

/** An engine in which so many orders were placed, and some of them paid; every view shows them. */
const shop = async (folder: string, orders: number): Promise<DrivenOrderloom> => {
  const driven = await orderloom(folder, { durability: 'off' });
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < orders) {
      const order = next++;
      await driven.subject.send(stepOf(order, 'place'));
      if (order % PAID === 0) await driven.subject.send(stepOf(order, 'pay'));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  await driven.subject.settled?.();
  return driven;
};

const onSqlite = async ({ folder, size }: Place): Promise<Measurement> => {
  const { engine, subject } = await shop(folder, ORDERS[size]);
  const figures = await measurePages((question) => engine.search('order', question), PAGES[size]);
  await subject.close();
  return figures;
};

const onElasticsearch = async ({ folder, size }: Place): Promise<Measurement> => {
  await (await shop(folder, ORDERS[size])).subject.close();
  const client = searchClient((await sharedServer('elasticsearch')).urls);
  const place = { client, prefix: `bench-${randomUUID().slice(0, 8)}`, generation: 'search', frames: '1' };
  const views = await openSearchViews(place);
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const registry = domainRegistry({ stepper: tableStepper });
  const projector = createProjector({ store: views.store('log'), codec, registry, projections: [orderView] });
  for (const window of followedWindows([...log.read(0)])) await projector.apply(window);
  await views.refreshed();
  const reader = searchReader({ ...place, parts: ['log'], timeoutMs: 30_000 });
  const figures = await measurePages((question) => reader.search('order', question), PAGES[size]);
  log.close();
  await views.close();
  for (const index of Object.keys(await client.indices.get({ index: `${place.prefix}-*` })))
    await client.indices.delete({ index });
  await client.close();
  return figures;
};

export const contenders: readonly Contender[] = [
  {
    name: 'sqlite',
    ours: true,
    about: 'the embedded engine: FTS5 and lists in the views file, asked through the query thread',
    measure: onSqlite,
  },
  {
    name: 'elasticsearch',
    ours: true,
    about: 'the view store on a real Elasticsearch (512 MB heap, one node), asked over HTTP',
    measure: onElasticsearch,
  },
];
