import { setImmediate as turn } from 'node:timers/promises';
import { compareViews, type Comparison, type ShownViews, type StoredGroup } from '@orderloom/engine';
import { committedLog } from '@orderloom/kafka';
import { projections } from '@orderloom/views';
import { partsOf, type DistributedOptions } from '../parts.ts';

/** Beside whatever else this process does: some hundred megabytes of documents, and the topics read that much more often. */
const EVENTS_AT_ONCE = 100_000;

type Progress = {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

/** What views show, held against a fresh fold of everything that is committed. Others are answered in between. */
export const comparedWithLog = async (
  options: DistributedOptions,
  shown: ShownViews,
  { onProgress, signal }: Progress,
): Promise<Comparison> => {
  const { codec, registry, kafka, schemaIds, prefix } = partsOf(options);
  const open = () => committedLog({ kafka, codec, schemaIds, ...(prefix === undefined ? {} : { prefix }) });
  async function* read(): AsyncGenerator<StoredGroup> {
    const log = await open();
    try {
      yield* log.groups;
    } finally {
      await log.close();
    }
  }
  const first = await open();
  await first.close();
  return compareViews(shown, {
    ...{ codec, registry, projections, read, head: shown.index, eventsAtOnce: EVENTS_AT_ONCE },
    globals: async (known) => first.globals.slice(known),
    onProgress: async (done, total) => {
      signal.throwIfAborted();
      onProgress(done, total);
      await turn();
    },
  });
};
