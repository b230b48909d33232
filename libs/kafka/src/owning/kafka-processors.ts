import { DeadlineWatch, GlobalEvents, systemClock, type PartitionOwner } from '@orderloom/engine';
import { fencingProducer } from '../log/fencing-producer.ts';
import { commandRecords } from '../records/command-record.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { followGenerations } from '../topics/follow-generations.ts';
import { topicNames } from '../topics/topic-names.ts';
import { allGenerations } from './all-generations.ts';
import { globalsReader } from './globals-reader.ts';
import type { KafkaProcessorsOptions } from './processors-options.ts';
import { StuckTransactions } from './stuck-transactions.ts';

/** The partition processors of one process. */
export type KafkaProcessors = {
  /** One for each partition there is, by index, new ones as generations come; open are those that this process owns now. */
  readonly owners: readonly PartitionOwner[];
  readonly globals: GlobalEvents;
  /** Finishes the steps under way, leaves the group and closes everything. */
  readonly stop: () => Promise<void>;
};

/** Joins the group and decides for the partitions that it is given, until it is stopped. */
export const kafkaProcessors = async (options: KafkaProcessorsOptions): Promise<KafkaProcessors> => {
  const { kafka, codec, commandCodec, schemaIds, mechanisms, prefix, partitions } = options;
  const clock = options.clock ?? systemClock;
  const onProblem = options.onProblem ?? (() => undefined);
  const names = topicNames(prefix);
  const events = schemaNumbers(codec, schemaIds);
  const commands = commandRecords(commandCodec, schemaNumbers(commandCodec, schemaIds), partitions);
  const globals = new GlobalEvents();
  const generations = await followGenerations({ kafka, prefix, partitions, onProblem });
  const offsets = await kafka.committedOffsets();
  // A connection of its own: it waits for new events all the time, and a broker answers a connection in order.
  const tailing = await kafka.reader([names.globals], 'committed');
  const globalsTail = await globalsReader({
    ...{ cluster: tailing, topic: names.globals, codec, parts: codec, events, into: globals, onProblem },
  });
  const all = await allGenerations({
    ...{ ...options, offsets, clock, onProblem, events, commands, globals, generations },
    globalsKnown: globalsTail.upToDate,
  });
  const watch = new DeadlineWatch({
    ...{ owners: all.owners, input: all.input, clock, onProblem },
    ...(mechanisms?.deadlines === undefined ? {} : { rule: mechanisms.deadlines }),
  });
  const transactions = await kafka.openTransactions();
  const stuck = new StuckTransactions({
    ids: all.idsElsewhere,
    fence: async (id) => (await fencingProducer(kafka, id)).close(),
    ...{ begun: transactions.begun, clock, onProblem },
  });
  await all.start();
  watch.start();
  if (mechanisms?.stuckTransactions !== 'left') stuck.start();
  const close = async (): Promise<void> => {
    await Promise.all([watch.stop(), stuck.stop()]);
    await all.stop();
    await globalsTail.stop();
    await generations.stop();
    await Promise.all([tailing.close(), offsets.close(), transactions.close()]);
  };
  let closing: Promise<void> | undefined;
  return { owners: all.owners, globals, stop: () => (closing ??= close()) };
};
