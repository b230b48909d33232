import { streamIdOf, type Registry } from '@orderloom/decider';
import type { SearchReader } from '@orderloom/elasticsearch';
import { eventsIn, notAvailable, systemClock, type Engine, type ViewReader } from '@orderloom/engine';
import { kafkaEventsHeads, kafkaGlobals, kafkaSender, type KafkaProcessors } from '@orderloom/kafka';
import { wireCodec } from '@orderloom/wire';
import { figuresOf } from './figures.ts';
import { localStreams } from './local-streams.ts';
import { partsOf, type DistributedOptions } from './parts.ts';
import { partOf, partsUpTo } from './generations/search-place.ts';
import { tenantTable } from './tenant-table.ts';
import { ViewProgress } from './view-progress.ts';

export type DistributedEngineOptions = DistributedOptions & {
  /** How long a command's answer is waited for, ms; then it is `pending`. */
  readonly waitMs: number;
  /** Processors of the same process, where it has some: what they own can be read here. */
  readonly processors?: KafkaProcessors;
  /** Where documents and histories are read; without one they are `not-available`. */
  readonly reader?: SearchReader;
  /** A cache in front of the reader, for documents; it is told what the reader is known to show. */
  readonly cached?: (shown: ShownParts) => ViewReader;
};

/** What the views that others write are known to show, and what readers have been told of. */
export type ShownParts = {
  /** All parts together, as `asOf` says it. */
  readonly index: () => number;
  /** Part -> log index; without the parts of which nothing is shown. */
  readonly parts: () => ReadonlyMap<string, number>;
};

const shownParts = (progress: ViewProgress): ShownParts => ({
  index: () => progress.asOf().index,
  parts: () => {
    const indexes = progress.shown().map((index, partition) => [partOf(partition), index] as const);
    return new Map(indexes.filter(([, index]) => index > 0));
  },
});

const shownBy =
  (reader: SearchReader) =>
  (partitions: number): ReturnType<SearchReader['searchable']> =>
    reader.searchable(partsUpTo(partitions));

/** Longest wait for a tenant's own event to come round, ms. */
const OWN_WRITE_MS = 5_000;

export type DistributedEngine = { readonly engine: Engine; readonly registry: Registry };

/**
 * The engine as its edges see it, behind topics: commands go through the commands topic and wait for their answer.
 * Streams can be read where their partition is owned; what no process of this kind has answers `not-available`.
 */
export const openEngine = async (options: DistributedEngineOptions): Promise<DistributedEngine> => {
  const parts = partsOf(options);
  const { registry } = parts;
  const globals = await kafkaGlobals(parts);
  const tenants = tenantTable(registry, parts.codec, globals.events);
  const sender = await kafkaSender({
    ...{ ...parts, waitMs: options.waitMs },
    tenantVersion: (tenant) => tenants.find(tenant)?.version ?? 0,
  });
  const local = localStreams(options.processors?.owners ?? []);
  const { reader } = options;
  // A codec of its own: each is bound to what one reader has learnt.
  const heads = reader && (await kafkaEventsHeads({ ...parts, codec: wireCodec() }));
  const progress =
    heads && new ViewProgress({ heads: heads.heads, shown: shownBy(reader), clock: systemClock });
  const cached = progress && options.cached?.(shownParts(progress));
  const readerOr = (what: string): ViewReader => {
    if (reader === undefined) throw notAvailable(`${what} with the kafka profile`);
    return reader;
  };
  const isTenant = (type: string): boolean => type === registry.global.type;
  const engine: Engine = {
    send: async (request) => {
      const result = await sender.send(request);
      const { stream, outcome, version } = result;
      // Whoever has changed a tenant reads the change here.
      if (stream.type === registry.global.type && outcome === 'accepted')
        await tenants.reach(stream.tenant, version, OWN_WRITE_MS);
      return result;
    },
    // What is on its way to this process has not reached the topic: it cannot hold a deadline back.
    inputArriving: () => () => undefined,
    statusOf: local.statusOf,
    explain: local.explain,
    stateOf: async (ref) => (isTenant(ref.type) ? tenants.find(ref.tenant) : local.stateOf(ref)),
    versionOf: (ref) => (isTenant(ref.type) ? tenants.find(ref.tenant)?.version : local.versionOf(ref)),
    remembered: local.remembered,
    globalOf: (tenant) => tenants.find(tenant)?.state,
    tenants: tenants.tenants,
    deadlines: local.deadlines,
    history: async (ref, afterVersion, limit) => {
      const frames = await readerOr('a history').readStream(streamIdOf(ref), afterVersion, limit);
      return eventsIn(parts.codec, frames).slice(0, limit);
    },
    get: (view, tenant, id) => (cached ?? readerOr('a document')).get(view, `${tenant}/${id}`),
    list: (view, tenant, list, before, limit) =>
      readerOr('a list').list(view, `${tenant}/${list}`, before, limit),
    search: (view, question) => readerOr('a search').search(view, question),
    sums: (view, tenant, list) => readerOr('a sum').sums(view, `${tenant}/${list}`),
    waitFor: async (position, ms) => (await progress?.waitFor(position, ms)) ?? false,
    asOf: () => progress?.asOf() ?? { index: 0, lagMs: 0, head: 0 },
    parked: async () => Promise.reject(notAvailable('what is parked, with the kafka profile')),
    settled: async () => Promise.reject(notAvailable('waiting for every view, with the kafka profile')),
    figures: () => figuresOf(options.processors?.owners ?? []),
    stop: async () => {
      await progress?.stop();
      await heads?.close();
      await sender.stop();
      await globals.stop();
    },
  };
  return { engine, registry };
};
