import { domainRegistry, tableStepper } from '@orderloom/domain';
import { learnFromEvent, learnFromLetters } from '@orderloom/embedded';
import { EngineError, framesIn, type EventLog, type StoredGroup } from '@orderloom/engine';
import { kafkaClient, kafkaPartitionLogs, type KafkaSettings } from '@orderloom/kafka';
import { openSchemaIds } from '@orderloom/schema-registry';
import { lockFolder, openKeyStore, readLog, type LogReader } from '@orderloom/sqlite';
import { describeSchema, publicSchemas, wireCodec, wireCommands } from '@orderloom/wire';
import { consumersIn, moveConsumers, type ConsumerMark } from './move-consumers.ts';
import { slotOfStream } from './slot-of-stream.ts';
import { type PartitionBatch, splitLog } from './split-log.ts';

export type MoveUpOptions = {
  /** The data folder; nobody may be working in it. */
  readonly folder: string;
  readonly cluster: KafkaSettings;
  readonly registry: string;
  readonly partitions: number;
  readonly prefix: string;
  /** Told of the events that are over, of `total`. */
  readonly onProgress: (done: number, total: number) => void;
};

export type MovedUp = {
  readonly events: number;
  /** Of them, those that an earlier run had carried over already. */
  readonly before: number;
  readonly partitions: number;
  readonly deadLetters: number;
  readonly parked: number;
  /** Groups of consumers, which go on where they were. */
  readonly consumers: readonly string[];
};

const NOTHING = { frames: new Uint8Array(0), count: 0, outbound: [], deadLetters: [], parked: [] };

const otherLog = (partition: number): EngineError =>
  new EngineError(
    'target-not-empty',
    `partition ${partition} holds events that do not come from this folder: choose another --prefix`,
    { retryable: false },
  );

/** Whether the batch is the last that the partition holds; a log of somebody else's must not be mixed with ours. */
const isSame = async (target: EventLog, { first, count, frames }: PartitionBatch): Promise<boolean> => {
  for await (const group of target.read(first - 1))
    return group.first === first && group.count === count && Buffer.from(group.frames).equals(frames);
  return false;
};

/** Appends what is not there yet; true where something was. */
const carry = async (target: EventLog, batch: PartitionBatch): Promise<boolean> => {
  const last = batch.first + batch.count - 1;
  if (target.head() < batch.first) {
    await target.append({ ...NOTHING, ...batch });
    return true;
  }
  if (target.head() < last) throw otherLog(batch.partition);
  if (target.head() === last && !(await isSame(target, batch))) throw otherLog(batch.partition);
  return false;
};

/** What could not be handled goes to the partition of its stream, once. */
const carrySetAside = async (
  source: LogReader,
  targets: readonly EventLog[],
  ofSlot: (slot: number) => number,
) => {
  const registry = domainRegistry({ stepper: tableStepper });
  const partitionOf = (stream: Parameters<typeof slotOfStream>[1]): number =>
    ofSlot(slotOfStream(registry, stream) ?? 0);
  const letters = [...source.deadLetters(Number.MAX_SAFE_INTEGER)].reverse();
  const parked = source.parked();
  for (const [partition, target] of targets.entries()) {
    const isHere = ({ stream }: (typeof letters)[0] | (typeof parked)[0]): boolean =>
      partitionOf(stream) === partition;
    const own = { deadLetters: letters.filter(isHere), parked: parked.filter(isHere) };
    if (target.deadLetters(1).length + target.parked().length > 0) continue;
    if (own.deadLetters.length + own.parked.length === 0) continue;
    await target.append({ ...NOTHING, ...own, first: target.head() + 1 });
  }
  return { deadLetters: letters.length, parked: parked.length };
};

/** The groups as they are; what they say of keys is learnt on the way. */
const learning = function* (
  groups: Iterable<StoredGroup>,
  codec: ReturnType<typeof wireCodec>,
  keyStore: ReturnType<typeof openKeyStore>,
): Generator<StoredGroup> {
  for (const group of groups) {
    for (const { event } of framesIn(codec, [group.frames])) learnFromEvent(keyStore, event);
    yield group;
  }
};

/**
 * Carries the log of a data folder into the topics of a cluster that holds nothing of another engine: every event
 * keeps its bytes, its version, its id and its place in its slot. Interrupted, it goes on where it was. Throws
 * `folder-in-use`, `log-missing`, `log-corrupt`, `schema-not-published` and `target-not-empty`.
 */
export const moveUp = async (options: MoveUpOptions): Promise<MovedUp> => {
  const { folder, cluster, partitions, prefix, onProgress } = options;
  const source = readLog(folder);
  const lock = lockFolder(folder);
  const keyStore = openKeyStore(folder);
  const targets: EventLog[] = [];
  try {
    const codec = wireCodec();
    codec.bind(source.schemas);
    const kafka = kafkaClient(cluster);
    const logs = kafkaPartitionLogs({
      ...{ kafka, codec, partitions, prefix, schemas: source.schemas },
      registry: domainRegistry({ stepper: tableStepper }),
      commandCodec: wireCommands(),
      schemaIds: await openSchemaIds({
        ...{ url: options.registry, schemas: [...publicSchemas(), ...source.schemas] },
        ...{ describe: describeSchema, patienceMs: 0, onWait: () => undefined },
      }),
    });
    for (let partition = 0; partition < partitions; partition++) targets.push(await logs.open(partition));
    const consumers: readonly ConsumerMark[] = await consumersIn(folder, partitions);
    let [events, before] = [0, 0];
    const batches = splitLog(learning(source.read(0), codec, keyStore), {
      ...{ cut: codec.cut, partitions, partitionOf: logs.partitionOf },
      onEvent: (index, counts) => {
        for (const consumer of consumers) consumer.passed(index, counts);
      },
    });
    for (const batch of batches) {
      if (!(await carry(targets[batch.partition] as EventLog, batch))) before += batch.count;
      events += batch.count;
      onProgress(events, source.head());
    }
    learnFromLetters(keyStore, source);
    const setAside = await carrySetAside(source, targets, logs.partitionOf);
    await moveConsumers(consumers, { kafka, prefix, partitionOf: logs.partitionOf });
    return { events, before, partitions, ...setAside, consumers: consumers.map(({ group }) => group) };
  } finally {
    for (const target of targets) await target.close();
    keyStore.close();
    source.close();
    lock.release();
  }
};
