import { EngineError, logCorrupt, type FrameParts, type StoredGroup } from '@orderloom/engine';
import type { ReadRecord, TopicReader } from '../client/client-port.ts';
import { logErrorOf } from '../log/broker-errors.ts';
import { GroupAssembler } from '../log/group-assembler.ts';
import { groupBefore } from '../log/group-before.ts';
import type { LogMark } from '../log/partition-reader.ts';
import { eventReader, type EventRecord } from '../records/event-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';

export type PartitionFollowerParts = {
  /** A connection of its own: it waits for new events all the time, and a broker answers a connection in order. */
  readonly cluster: TopicReader;
  readonly topic: string;
  readonly partition: number;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  /** Where a reader has come to before; reading begins there where that is not too far. */
  readonly mark: LogMark;
  /** Told of the offset behind each event that ends a group. */
  readonly onGroup: (mark: LogMark) => void;
};

const WAIT_MS = 500;

/** The committed groups of a partition behind index `after`, waiting at the end for more until the signal aborts. */
export async function* followPartition(
  options: PartitionFollowerParts,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredGroup[]> {
  const { cluster, topic, partition, events, mark, onGroup } = options;
  const where = `${topic}, partition ${String(partition)}`;
  const read = eventReader(options.parts, events);
  const isKnown = mark.index > 0 && mark.index <= after;
  const placeOf = (message: ReadRecord) => recordOf(where, read, message);
  const before = isKnown ? 0 : after;
  const first = await asked(where, () => groupBefore({ cluster, topic, partition, events, placeOf }, before));
  let from = isKnown ? Math.max(mark.offset, first) : first;
  const isWhole = isKnown ? from === mark.offset : from === 0;
  const assembler = new GroupAssembler(where, isWhole ? (isKnown ? mark.index : 0) : undefined);
  while (!signal.aborted) {
    const { messages, next } = await asked(where, () => cluster.fetch(topic, partition, from, WAIT_MS));
    await events.learn(messages.map(({ value }) => value));
    const groups: StoredGroup[] = [];
    for (const message of messages) {
      const group = assembler.add(recordOf(where, read, message));
      if (group === undefined) continue;
      const last = group.first + group.count - 1;
      onGroup({ index: last, offset: Number(message.offset) + 1 });
      if (last > after) groups.push(group);
    }
    from = next;
    if (groups.length > 0) yield groups;
  }
}

const asked = async <T>(where: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    throw logErrorOf(error, `reading ${where}`);
  }
};

const recordOf = (
  where: string,
  read: (message: ReadRecord) => EventRecord,
  message: ReadRecord,
): EventRecord => {
  try {
    return read(message);
  } catch (error) {
    const why = error instanceof EngineError ? error.message : 'it is no event';
    throw logCorrupt(`${where}, offset ${message.offset}: ${why}`, error);
  }
};
