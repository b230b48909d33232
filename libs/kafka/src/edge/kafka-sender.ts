import { randomUUID } from 'node:crypto';
import type { Registry } from '@orderloom/decider';
import {
  refusedBefore,
  slotOfCommand,
  type CommandCodec,
  type CommandRequest,
  type CommandResult,
  type SchemaIds,
} from '@orderloom/engine';
import { spanMaker } from '@orderloom/tracing';
import type { KafkaClient, TopicReader } from '../client/client-port.ts';
import { keepReading } from '../reading/keep-reading.ts';
import { commandRecords } from '../records/command-record.ts';
import { readReply, replyAddress } from '../records/reply-record.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { followGenerations } from '../topics/follow-generations.ts';
import { topicNames } from '../topics/topic-names.ts';
import { commandProducer, type CommandProducer } from './command-producer.ts';
import { WaitingAnswers } from './waiting-answers.ts';

export type KafkaSenderOptions = {
  readonly kafka: KafkaClient;
  readonly registry: Pick<Registry, 'types'>;
  readonly commandCodec: CommandCodec;
  readonly schemaIds: SchemaIds;
  /** Partitions of the first generation of topics. */
  readonly partitions: number;
  readonly prefix?: string;
  /** The lane that is written to: `bulk` for imports, which must not hold anybody up. */
  readonly lane?: 'commands' | 'bulk';
  /** How long an answer is waited for, ms; then the answer is `pending`. */
  readonly waitMs: number;
  /** Version of a tenant's own stream as the callers know it: their commands are decided by nobody who knows less. */
  readonly tenantVersion?: (tenant: string) => number;
  readonly onProblem?: (error: unknown) => void;
};

/** Sends commands through their topic and waits for what became of them. */
export type KafkaSender = {
  /** Never rejects: `pending` where the answer takes too long, `unavailable` where the broker confirmed nothing. */
  readonly send: (request: CommandRequest) => Promise<CommandResult>;
  readonly stop: () => Promise<void>;
};

const FETCH_WAIT_MS = 500;
const PAUSE_MS = 100;

/** Follows the sender's own partition of the replies, from its present end on. */
const followReplies = async (
  from: {
    readonly cluster: TopicReader;
    readonly topic: string;
    readonly partition: number;
    readonly name: string;
  },
  answers: WaitingAnswers,
  onProblem: (error: unknown) => void,
) => {
  const { cluster, topic, partition, name } = from;
  let next = (await cluster.offsets(topic, 'end'))[partition] ?? 0;
  const readSome = async (): Promise<void> => {
    const fetched = await cluster.fetch(topic, partition, next, FETCH_WAIT_MS);
    next = fetched.next;
    for (const message of fetched.messages) {
      const reply = readReply(message);
      if (reply?.name === name) answers.hear(reply.told);
    }
  };
  return keepReading(readSome, { pauseMs: PAUSE_MS, onProblem }).stop;
};

/** One producer for each generation that is sent to. */
const producersOf = (topicOf: (generation: number) => string, kafka: KafkaClient) => {
  const made = new Map<number, Promise<CommandProducer>>();
  return {
    of: (generation: number): Promise<CommandProducer> => {
      const known = made.get(generation);
      if (known !== undefined) return known;
      const making = commandProducer(kafka, topicOf(generation));
      made.set(generation, making);
      making.catch(() => made.delete(generation));
      return making;
    },
    close: async (): Promise<void> => {
      for (const making of made.values()) await making.then(({ close }) => close()).catch(() => undefined);
    },
  };
};

/** Opens a sender with an address of its own for answers: a partition of the replies, shared with few others. */
export const kafkaSender = async (options: KafkaSenderOptions): Promise<KafkaSender> => {
  const { kafka, registry, commandCodec, partitions, waitMs, tenantVersion = () => 0 } = options;
  const onProblem = options.onProblem ?? (() => undefined);
  const names = topicNames(options.prefix);
  const generations = await followGenerations({ kafka, prefix: options.prefix, partitions, onProblem });
  const commands = commandRecords(commandCodec, schemaNumbers(commandCodec, options.schemaIds), partitions);
  const name = randomUUID();
  const partition = Number.parseInt(name.slice(0, 8), 16) % partitions;
  const cluster = await kafka.reader([names.replies], 'committed');
  const topicOf = (generation: number): string =>
    topicNames(options.prefix, generation)[options.lane ?? 'commands'];
  const producers = producersOf(topicOf, kafka);
  await producers.of(generations.now().wanted);
  const answers = new WaitingAnswers();
  const stopFollowing = await followReplies(
    { cluster, topic: names.replies, partition, name },
    answers,
    onProblem,
  );
  const replyTo = replyAddress({ partition, name });
  const spanOf = spanMaker('producer');
  /** Resolves when the broker has it: where every slot is to be. While this one is not there it is sent on. */
  const produce = async (request: CommandRequest, slot: number): Promise<void> => {
    const { stream, type, traceparent } = request;
    const { wanted } = generations.now();
    const topic = topicOf(wanted);
    const span = spanOf?.(`send ${topic}`, {
      traceparent,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.destination.name': topic,
        'orderloom.type': type,
      },
    });
    const traced = span === undefined ? request : { ...request, traceparent: span.traceparent };
    try {
      const producer = await producers.of(wanted);
      await producer.send({
        ...commands.write(traced, { slot, replyTo, tenantVersion: tenantVersion(stream.tenant) }),
        partition: generations.places().table(wanted).partitionOf(slot),
      });
      span?.end();
    } catch (error) {
      span?.end({ error });
      throw error;
    }
  };
  return {
    send: async (request) => {
      const slot = slotOfCommand(registry, request);
      if (slot === undefined) return refusedBefore(request, 'unknown-stream');
      const { tenant } = request.stream;
      const answered = answers.wait({ tenant, commandId: request.commandId }, waitMs, () =>
        refusedBefore(request, 'pending'),
      );
      try {
        await produce(request, slot);
      } catch (error) {
        onProblem(error);
        answers.hear({ kind: 'answer', result: refusedBefore(request, 'log-unavailable'), open: 0 });
      }
      return answered;
    },
    stop: async () => {
      await producers.close();
      await stopFollowing();
      await generations.stop();
      await cluster.close();
    },
  };
};
