import { Client } from '@elastic/elasticsearch';
import { SLOTS } from '@orderloom/decider';
import {
  systemClock,
  type Checkpoint,
  type Clock,
  type EngineError,
  type ViewBatch,
  type ViewStore,
} from '@orderloom/engine';
import type { BulkAnswer } from './bulk/bulk-outcome.ts';
import { bulkWriter, type BulkWriter } from './bulk/bulk-writer.ts';
import { naming, viewsLost, viewsUnavailable } from './failures.ts';
import { deleteViews, generationDropped } from './given-up.ts';
import { ensureIndices, identityOf } from './index-setup.ts';
import { indexNames, type IndexNames, type SearchPlace } from './indices.ts';
import {
  CHECKPOINTS,
  checkpointOperation,
  chunkOperation,
  documentOperation,
  parkedOperation,
  removalOperation,
  searchableOperation,
  type Operation,
} from './operations.ts';
import { queries, type Queries } from './queries.ts';
import { Refresher } from './refresher.ts';
import { SpanlessTransport } from './spanless-transport.ts';

export type SearchViewsOptions = SearchPlace & {
  readonly client: Client;
  readonly clock?: Clock;
  /** Whether the placement names the generation: only then is it made. Left out: whoever opens it knows. */
  readonly isFed?: () => Promise<boolean>;
  /** Shards of an index that has to be made. */
  readonly shards?: number;
  /** Least time between two refreshes, ms. */
  readonly refreshMs?: number;
  /** A write that makes no progress for so long, ms, fails. */
  readonly patienceMs?: number;
  readonly timeoutMs?: number;
  /** Told of what holds the searchable position up; it goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
};

/** The writing side of one generation of views; every part of the log has a checkpoint of its own in it. */
export type SearchViews = {
  readonly store: (part: string) => ViewStore;
  /** An index has been dropped: these views are of no more use. */
  readonly isLost: () => boolean;
  /** Makes everything acknowledged searchable now, without waiting for the next refresh. */
  readonly refreshed: () => Promise<void>;
  /** Throws where the last refresh fails; everything acknowledged is safe all the same. */
  readonly close: () => Promise<void>;
};

const REFRESH_MS = 500;
const PATIENCE_MS = 30_000;
const TIMEOUT_MS = 10_000;

/** A client that leaves trying again to its caller. */
export const searchClient = (nodes: readonly string[], requestTimeoutMs = 30_000): Client =>
  new Client({
    nodes: [...nodes],
    maxRetries: 0,
    requestTimeout: requestTimeoutMs,
    Transport: SpanlessTransport,
  });

/**
 * Opens the indices of a generation, making those that are missing. Throws `generation-dropped` where it was given up, and
 * `views-unavailable` (retryable) while Elasticsearch is away. A store whose index is dropped meanwhile throws `views-corrupt`: open again, and the
 * checkpoints of what was lost are at the beginning.
 */
export const openSearchViews = async (options: SearchViewsOptions): Promise<SearchViews> => {
  const { client, clock = systemClock, refreshMs = REFRESH_MS, onProblem = () => undefined } = options;
  const names = indexNames(options);
  let isLost = false;
  let isClosed = false;
  const lost = (alias = names.views.alias): EngineError => {
    isLost = true;
    return viewsLost(alias);
  };
  const writer = bulkWriter({
    ...{ send: sendBulk(client), clock, lost },
    patienceMs: options.patienceMs ?? PATIENCE_MS,
  });
  const asked = queries({ client, names, timeoutMs: options.timeoutMs ?? TIMEOUT_MS, lost });
  const identity = await naming(lost, async () => {
    await makeFed(options, names);
    return identityOf(client, names);
  });

  const refresh = async (positions: ReadonlyMap<string, Checkpoint>): Promise<void> => {
    await naming(lost, async () => {
      await client.indices.refresh({ index: [names.views.index, names.streams.index] });
      // Another process may have made the index again: then writes go well, and yet everything before them is missing.
      if ((await identityOf(client, names)) !== identity) throw lost();
    });
    // Only now: where the process ends before, the same documents are written once more.
    await writer.write(
      [...positions].flatMap(([part, checkpoint]) => [
        checkpointOperation(names.views.alias, checkpointIdOf(part, identity), checkpoint),
        searchableOperation(names.views.alias, part, checkpoint),
      ]),
    );
  };
  const whole = (): void => {
    if (isLost) throw lost();
    if (isClosed) throw viewsUnavailable('the views are closed');
  };
  const refresher = new Refresher({ clock, everyMs: refreshMs, refresh, onProblem });
  return {
    store: (part) => viewStore({ part, identity, names, writer, refresher, asked, whole }),
    isLost: () => isLost,
    refreshed: () => refresher.refreshed(),
    close: async () => {
      isClosed = true;
      writer.stop();
      await refresher.close();
    },
  };
};

const always = async (): Promise<boolean> => true;

/** Whoever stood still while a generation was given up does not bring it back, at whichever of these lines that was. */
const makeFed = async (
  { client, isFed = always, shards = 1, ...place }: SearchViewsOptions,
  names: IndexNames,
): Promise<void> => {
  if (!(await isFed())) throw generationDropped(place.generation);
  await ensureIndices(client, names, shards);
  if (await isFed()) return;
  await deleteViews(client, place, place.generation);
  throw generationDropped(place.generation);
};

const sendBulk =
  (client: Client) =>
  async (operations: string[]): Promise<BulkAnswer> =>
    client.bulk<string>({
      operations,
      require_alias: true,
      // Not what was written and where: on a busy server the answer costs as much as the question.
      filter_path: 'items.*.status,items.*.error.type',
    });

type Parts = {
  readonly part: string;
  readonly identity: string;
  readonly names: IndexNames;
  readonly writer: BulkWriter;
  readonly refresher: Refresher;
  readonly asked: Queries;
  /** Throws once an index is known to be lost, or the views are closed. */
  readonly whole: () => void;
};

const checkpointIdOf = (part: string, identity: string): string => `${part}@${identity}`;

const copyOf = ({ index, sequences }: Checkpoint): Checkpoint => ({
  index,
  sequences: Float64Array.from(sequences),
});

const viewStore = ({ part, identity, names, writer, refresher, asked, whole }: Parts): ViewStore => {
  let known: Checkpoint | undefined;

  const checkpoint = async (): Promise<Checkpoint> => {
    if (known === undefined) {
      const [kept] = (await asked.checkpoints(CHECKPOINTS, [checkpointIdOf(part, identity)])).values();
      known = kept ?? { index: 0, sequences: new Float64Array(SLOTS) };
      // Whoever wrote before us may not have come to show it.
      refresher.note(part, known);
    }
    return copyOf(known);
  };
  /** A search shows what is refreshed, and a fold needs what it has written itself. */
  const current = async <T>(question: () => Promise<T>): Promise<T> => {
    await checkpoint();
    await refresher.refreshed();
    return question();
  };
  return {
    checkpoint,
    load: asked.load,
    readStream: (streamId, after, limit) => current(() => asked.readStream(streamId, after, limit)),
    commit: async (batch) => {
      whole();
      await writer.write(operationsOf(names, batch));
      known = copyOf(batch.checkpoint);
      refresher.note(part, known);
    },
    parked: () => current(asked.parked),
    close: async () => undefined,
  };
};

const operationsOf = ({ views, streams }: IndexNames, batch: ViewBatch): readonly Operation[] => [
  ...batch.removals.map((removal) => removalOperation(views.alias, removal)),
  ...Array.from(batch.writes, (write) => documentOperation(views.alias, write)),
  ...batch.chunks.map((chunk) => chunkOperation(streams.alias, chunk)),
  ...batch.parked.map((event, at) =>
    parkedOperation(views.alias, event, { index: batch.checkpoint.index, at }),
  ),
];
