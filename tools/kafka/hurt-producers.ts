// Transactions of the partition processors, made to fail at a chosen step. The broker is the real one: a transaction is
// aborted because another producer of the same id fences it, or because its own producer gives it up.
import type { KafkaClient } from '@orderloom/kafka';

type Transaction = Awaited<ReturnType<Awaited<ReturnType<KafkaClient['transactional']>>['begin']>>;
type Topics = Parameters<Transaction['send']>[0];

/** How far a transaction has come when it is hurt. */
export const STEPS = ['begun', 'records sent', 'offsets sent', 'committed'] as const;
/** `answers and inner records sent`: of a transaction that answers somebody and writes to other partitions' internal lanes. */
export type Step = (typeof STEPS)[number] | 'answers and inner records sent';
/**
 * `fenced`: somebody takes its id. `broken`: an error that says nothing of what the broker did. `unnoticed`: it is aborted
 * in place of its commit, with events and answers in it, and nobody is told: the null control. `frozen`: its whole process stops there, by SIGSTOP.
 */
export type Hurt = 'fenced' | 'broken' | 'unnoticed' | 'frozen';

export type HurtProducers = {
  readonly kafka: KafkaClient;
  /** Resolves when the next transaction that comes to this step has been hurt. */
  readonly hurt: (step: Step, how: Hurt) => Promise<void>;
};

/** An error of the client, as a lost connection gives it. */
const lostAnswer = (): Error =>
  Object.assign(new Error('connection lost'), { name: 'KafkaJSConnectionError' });

const fence = async (kafka: KafkaClient, transactionalId: string): Promise<void> => {
  const other = await kafka.transactional(transactionalId);
  await other.fence();
  await other.close();
};

const isInner = (topics: Topics): boolean => topics.some(({ topic }) => topic.includes('.internal.'));
/** It makes events and answers whoever asked for them: its loss is one that somebody can see. */
const isAnswered = (topics: Topics): boolean =>
  ['.events.', '.replies.'].every((part) => topics.some(({ topic }) => topic.includes(part)));

/** The client with producers that can be hurt, whose transactions the broker leaves open for `timeoutMs` at most. */
export const hurtProducers = (real: KafkaClient, timeoutMs?: number): HurtProducers => {
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
  const watched = (transaction: Transaction, id: string, seen = { answers: false }): Transaction => ({
    ...transaction,
    send: async (topics) => {
      await at('begun', id);
      const sent = await transaction.send(topics);
      seen.answers ||= isAnswered(topics);
      if (isInner(topics) && isAnswered(topics)) await at('answers and inner records sent', id);
      return sent;
    },
    sendOffsets: async (progress) => {
      await at('records sent', id);
      await transaction.sendOffsets(progress);
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
  const kafka: KafkaClient = {
    ...real,
    transactional: async (id) => {
      const producer = await real.transactional(id, timeoutMs);
      return { ...producer, begin: async () => watched(await producer.begin(), id) };
    },
  };
  return {
    kafka,
    hurt: (step, how) => new Promise((done) => (armed = { step, how, done })),
  };
};
