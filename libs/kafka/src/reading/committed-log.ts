import type { Codec, FrameParts, SchemaIds } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { newMark, PartitionReader } from '../log/partition-reader.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { readGenerations } from '../topics/generations.ts';
import { LogPlaces } from '../topics/log-places.ts';
import { partitionsOf } from '../topics/partitions-of.ts';
import { processorsGroup, topicNames } from '../topics/topic-names.ts';
import { committedGlobals } from './committed-globals.ts';
import { inSlotOrder, type PlacedGroup } from './in-slot-order.ts';
import { restMark } from './rest-mark.ts';

export type CommittedLogOptions = {
  readonly kafka: KafkaClient;
  readonly codec: Codec & FrameParts;
  readonly schemaIds: SchemaIds;
  readonly prefix?: string;
};

/** All that is committed, for whoever reads it once from end to end. */
export type CommittedLog = {
  /** Frames of the tenants' own streams, which every partition was decided by. */
  readonly globals: readonly Uint8Array[];
  /** Groups of one partition after the other, but for slots that have moved: theirs are in their own order. Throws `log-corrupt`. */
  readonly groups: AsyncIterable<PlacedGroup>;
  /**
   * Names the present end of everything where no command is on its way from one partition to another; `undefined` where one
   * may be. The same before and after reading: what was read is at rest.
   */
  readonly restMark: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
};

/** Opens the events topics of an engine beside its processes, or without any. */
export const committedLog = async (options: CommittedLogOptions): Promise<CommittedLog> => {
  const { kafka, codec, schemaIds, prefix } = options;
  const names = topicNames(prefix);
  const events = schemaNumbers(codec, schemaIds);
  const partitions = await partitionsOf(kafka, prefix);
  const places = new LogPlaces((await readGenerations({ kafka, prefix, partitions })).counts);
  const generations = Array.from({ length: places.generations }, (_, before) => ({
    ...topicNames(prefix, before + 1),
    group: processorsGroup(prefix, before + 1),
  }));
  const topics = generations.map((generation) => generation.events);
  const cluster = await kafka.reader([...topics, names.globals], 'committed');
  const logs = Array.from({ length: places.partitions }, (_, index) => {
    const { generation, partition } = places.placeOf(index);
    const at = { cluster, topic: topicNames(prefix, generation).events, partition };
    return new PartitionReader({ ...at, parts: codec, events, mark: newMark() });
  });
  const globals = committedGlobals({ cluster, topic: names.globals, parts: codec, events });
  return {
    globals: await globals(0),
    groups: inSlotOrder(logs),
    restMark: () => restMark(kafka, generations),
    close: () => cluster.close(),
  };
};
