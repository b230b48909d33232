import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import {
  dropGeneration,
  foundBy,
  placementRecord,
  searchContents,
  searchReader,
  type SearchPlace,
  type SearchReader,
} from '@orderloom/elasticsearch';
import {
  compareViews,
  digestsOf,
  fedGenerations,
  placementAfter,
  type Checkpoint,
  type Comparison,
  type GenerationsPlace,
  type PlacementStep,
  type ShownViews,
} from '@orderloom/engine';
import { committedLog } from '@orderloom/kafka';
import { projections } from '@orderloom/views';
import { partsOf, type DistributedOptions } from './parts.ts';

type SearchClient = Parameters<typeof placementRecord>[0]['client'];

export type SearchGenerationsOptions = DistributedOptions & {
  readonly client: SearchClient;
  readonly place: SearchPlace;
  /** The parts of the log whose checkpoints add up to what a generation shows. */
  readonly parts: readonly string[];
};

const LOOK_EVERY_MS = 200;
/** For so long after a generation was given up its projectors may write to it still, ms. */
const LET_GO_MS = 3_000;

/** The generations of an engine's views on Elasticsearch; projector-search feeds those that the placement names. */
export const searchGenerations = (options: SearchGenerationsOptions): GenerationsPlace => {
  const { client, place } = options;
  const record = placementRecord({ ...place, client });
  const readerOf = (generation: string): SearchReader =>
    searchReader({ client, ...place, generation, parts: options.parts });
  const shownUpTo = async (generation: string): Promise<number> =>
    // A generation whose indices nobody has made yet shows nothing.
    readerOf(generation)
      .asOf()
      .catch(() => 0);
  const step = async (asked: PlacementStep): Promise<void> => {
    const before = await record.read();
    const next = placementAfter(before, asked);
    if (next === before) return;
    await record.replace(next);
    const dropped = fedGenerations(before).filter((one) => !fedGenerations(next).includes(one));
    if (dropped.length > 0) await delay(LET_GO_MS);
    for (const generation of dropped) await dropGeneration(client, place, generation);
  };
  return {
    placement: record.read,
    step,
    shownUpTo,
    advanced: async (_, signal) => {
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    },
    // What the live generation shows: the log itself may be ahead of every view for as long as nobody projects.
    head: async () => shownUpTo((await record.read()).live),
    compare: async (generation, onProgress, signal) => {
      const shown = await shownBy(options, generation, readerOf(generation));
      return compared(options, shown, async (done, total) => {
        signal.throwIfAborted();
        onProgress(done, total);
        // Whatever else this process does goes on in between.
        await turn();
      });
    },
  };
};

/** What a generation shows. The checkpoints are read first: what they speak of is searchable by then. */
const shownBy = async (
  { client, place, parts }: SearchGenerationsOptions,
  generation: string,
  reader: SearchReader,
): Promise<ShownViews> => {
  const checkpoints = (await reader.searchable(parts)).filter((one) => one !== undefined);
  const digests = new Map<string, { readonly version: number; readonly digest: string }>();
  for await (const page of searchContents(client, { ...place, generation }))
    for (const [key, digest] of digestsOf(page, [])) digests.set(key, digest);
  return { ...sumOf(checkpoints), digests, foundBy, hasHistories: false };
};

/** A slot is in one part at a time, and its sequence goes on where it moves to. */
const sumOf = (checkpoints: readonly Checkpoint[]): Pick<ShownViews, 'index' | 'sequences'> => ({
  index: checkpoints.reduce((sum, { index }) => sum + index, 0),
  sequences: checkpoints.reduce<readonly number[]>(
    (most, { sequences }) => Array.from(sequences, (sequence, slot) => Math.max(sequence, most[slot] ?? 0)),
    [],
  ),
});

const compared = async (
  options: SearchGenerationsOptions,
  shown: ShownViews,
  onProgress: (done: number, total: number) => Promise<void>,
): Promise<Comparison> => {
  const { codec, registry, kafka, schemaIds, prefix } = partsOf(options);
  const log = await committedLog({ kafka, codec, schemaIds, ...(prefix === undefined ? {} : { prefix }) });
  try {
    return await compareViews(shown, {
      ...{ codec, registry, projections, onProgress, head: shown.index },
      read: () => log.groups,
      globals: async (known) => log.globals.slice(known),
      // The topics are read through once.
      eventsAtOnce: Number.POSITIVE_INFINITY,
    });
  } finally {
    await log.close();
  }
};
