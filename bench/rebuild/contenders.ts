import { randomUUID } from 'node:crypto';
import { openViewStore } from '@orderloom/sqlite';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import {
  contentOf,
  figuresOf,
  project,
  timed,
  writeBare,
  type Content,
  type Work,
} from '../projecting/on-elasticsearch.ts';
import { fullWindows, orderProjector } from '../projecting/order-log.ts';

/** Windows enough: beside the first one nothing is written yet, and beside the last one nothing more is folded. */
const ORDERS: Readonly<Record<Size, number>> = { ci: 300, full: 30_000 };

const content = ({ folder, size }: Place): Promise<Content> => contentOf(folder, ORDERS[size], fullWindows);

const onServer = async (place: Place, work: Work): Promise<Measurement> =>
  timed(await content(place), place.size, work);

const onSqlite = async (place: Place): Promise<Measurement> => {
  const made = await content(place);
  const store = openViewStore(place.folder, `bench_${randomUUID().slice(0, 8)}`);
  const started = performance.now();
  const projector = orderProjector(store, made.log.codec);
  for (const window of made.windows) await projector.apply(window);
  await store.close();
  return figuresOf(made, (performance.now() - started) / 1000);
};

export const contenders: readonly Contender[] = [
  {
    name: 'bare-bulk',
    about: 'a loop of bulk requests with the documents that a rebuild writes, one refresh at the end',
    measure: (place) => onServer(place, writeBare),
  },
  {
    name: 'orderloom-rebuild',
    ours: true,
    about: 'the log read, decoded and folded into a new generation on Elasticsearch, until all is searchable',
    measure: (place) => onServer(place, project),
  },
  {
    name: 'orderloom-rebuild-sqlite',
    ours: true,
    about: 'the same into a new views file, until it is closed on the disk',
    measure: onSqlite,
  },
];
