// Transactions of the partition processors, made to fail at a chosen step. The broker is the real one: a transaction is
// aborted because another producer of the same id fences it, or because its own producer gives it up.
import type { kafkaClient } from '@orderloom/kafka';

type Kafka = ReturnType<typeof kafkaClient>;
type Producer = ReturnType<Kafka['producer']>;
type Transaction = Awaited<ReturnType<Producer['transaction']>>;

/** How far a transaction has come when it is hurt. */
export const STEPS = ['begun', 'records sent', 'offsets sent', 'committed'] as const;
/** `inner records sent`: of a transaction that writes to other partitions' internal lanes. */
export type Step = (typeof STEPS)[number] | 'inner records sent';
/**
 * `fenced`: somebody takes its id. `broken`: an error that says nothing of what the broker did. `unnoticed`: it is aborted
 * in place of its commit, with events and answers in it, and nobody is told: the null control. `frozen`: its whole process stops there, by SIGSTOP.
 */
export type Hurt = 'fenced' | 'broken' | 'unnoticed' | 'frozen';

export type HurtProducers = {
  readonly kafka: Kafka;
  /** Resolves when the next transaction that comes to this step has been hurt. */
  readonly hurt: (step: Step, how: Hurt) => Promise<void>;
};

/** An error of the client, as a lost connection gives it. */
const lostAnswer = (): Error =>
  Object.assign(new Error('connection lost'), { name: 'KafkaJSConnectionError' });

const fence = async (kafka: Kafka, transactionalId: string): Promise<void> => {
  const other = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
  await other.connect();
  await (await other.transaction()).abort();
  await other.disconnect();
};

/** The client with producers that can be hurt. */
export const hurtProducers = (real: Kafka): HurtProducers => {
  let armed: { readonly step: Step; readonly how: Hurt; readonly done: () => void } | undefined;
  const take = (step: Step): typeof armed => {
    if (armed?.step !== step) return undefined;
    const taken = armed;
    armed = undefined;
    return taken;
  };
  const at = async (step: Step, transactionalId: string): Promise<void> => {
    const hurt = take(step);
    if (hurt?.how === 'fenced') await fence(real, transactionalId);
    hurt?.done();
    if (hurt?.how === 'frozen') process.kill(process.pid, 'SIGSTOP');
    if (hurt?.how === 'broken') throw lostAnswer();
  };
  const isInner = ({ topicMessages = [] }: Parameters<Transaction['sendBatch']>[0]): boolean =>
    topicMessages.some(({ topic }) => topic.includes('.internal.'));
  /** It makes events and answers whoever asked for them: its loss is one that somebody can see. */
  const isAnswered = ({ topicMessages = [] }: Parameters<Transaction['sendBatch']>[0]): boolean =>
    ['.events.', '.replies.'].every((part) => topicMessages.some(({ topic }) => topic.includes(part)));
  const watched = (transaction: Transaction, id: string, seen = { answers: false }): Transaction => ({
    ...transaction,
    sendBatch: async (batch) => {
      await at('begun', id);
      const sent = await transaction.sendBatch(batch);
      seen.answers ||= isAnswered(batch);
      if (isInner(batch)) await at('inner records sent', id);
      return sent;
    },
    sendOffsets: async (offsets) => {
      await at('records sent', id);
      await transaction.sendOffsets(offsets);
      await at('offsets sent', id);
    },
    commit: async () => {
      if (armed?.how === 'unnoticed' && seen.answers) {
        take(armed.step)?.done();
        return transaction.abort();
      }
      await transaction.commit();
      return at('committed', id);
    },
  });
  const kafka = Object.create(real) as Kafka;
  kafka.producer = (config) => {
    const producer = real.producer(config);
    const id = config?.transactionalId;
    if (id === undefined) return producer;
    return { ...producer, transaction: async () => watched(await producer.transaction(), id) };
  };
  return {
    kafka,
    hurt: (step, how) => new Promise((done) => (armed = { step, how, done })),
  };
};
