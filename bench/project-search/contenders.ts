import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { contentOf, project, timed, writeBare, type Work } from '../projecting/on-elasticsearch.ts';
import { followedWindows } from '../projecting/order-log.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 300, full: 6000 };

const measured = async ({ folder, size }: Place, work: Work): Promise<Measurement> =>
  timed(await contentOf(folder, ORDERS[size], followedWindows), size, work);

/** The same loop, made searchable by the server itself as often as Orderloom does. */
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

export const contenders: readonly Contender[] = [
  {
    name: 'bare-bulk',
    about: 'a loop of bulk requests with the same documents, one after the other, one refresh at the end',
    measure: (place) => measured(place, writeBare),
  },
  {
    name: 'fresh-bulk',
    about: 'the same loop on indices that the server refreshes every 500 ms',
    measure: (place) => measured(place, writeFresh),
  },
  {
    name: 'orderloom-sink',
    ours: true,
    about:
      'the view store: external versions, refreshed every 500 ms with checkpoint and searchable position',
    measure: (place) => measured(place, writeSink),
  },
  {
    name: 'orderloom-projector',
    ours: true,
    about: 'the same behind the projector: events decoded and folded into every view',
    measure: (place) => measured(place, project),
  },
];
