import type { Codec, FrameParts, SchemaIds, StoredGroup } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { newMark, PartitionReader } from '../log/partition-reader.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { topicNames } from '../topics/topic-names.ts';
import { committedGlobals } from './committed-globals.ts';

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
  /** Groups of one partition after the other; indexes begin again with each. Throws `log-corrupt`. */
  readonly groups: AsyncIterable<StoredGroup>;
  readonly close: () => Promise<void>;
};

/** Opens the events topic of an engine beside its processes, or without any. */
export const committedLog = async (options: CommittedLogOptions): Promise<CommittedLog> => {
  const { kafka, codec, schemaIds } = options;
  const names = topicNames(options.prefix);
  const events = schemaNumbers(codec, schemaIds);
  const cluster = await kafka.reader([names.events, names.globals], 'committed');
  async function* groups(): AsyncGenerator<StoredGroup> {
    const { length } = await cluster.offsets(names.events, 'end');
    for (let partition = 0; partition < length; partition++) {
      const at = { cluster, topic: names.events, partition };
      yield* new PartitionReader({ ...at, parts: codec, events, mark: newMark() }).groups(0);
    }
  }
  const globals = committedGlobals({ cluster, topic: names.globals, parts: codec, events });
  return { globals: await globals(0), groups: groups(), close: () => cluster.close() };
};
