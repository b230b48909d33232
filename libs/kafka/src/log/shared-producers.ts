import { setImmediate as endOfTurn, setTimeout as pause } from 'node:timers/promises';
import { logUnavailable, type EngineError } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { logErrorOf } from './broker-errors.ts';
import { fencingProducer, type FencingProducer, type Written } from './fencing-producer.ts';
import { joinWrites, sizeOf } from './joined-writes.ts';

/** Steps that together would be larger go one after the other, so that what a broker finds too large is one step. */
const TOGETHER_BYTES = 1 << 19;
/**
 * After a transaction the next one waits so long for others to join it, ms: a broker's work is by the transaction. What
 * comes while nothing is under way does not wait.
 */
const LINGER_MS = 5;

type Waiting = {
  readonly written: Written;
  readonly resolve: (bases: ReadonlyMap<string, number>) => void;
  readonly reject: (error: EngineError) => void;
};

/** One producer, while any of those who share it needs it; steps that wait at the same time are one transaction. */
class SharedProducer {
  readonly #producer: FencingProducer;
  readonly #onEnd: () => void;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #holders = 0;
  #ended: EngineError | undefined;

  /** `onEnd`: it writes no more, for whatever reason. */
  constructor(producer: FencingProducer, onEnd: () => void) {
    this.#producer = producer;
    this.#onEnd = onEnd;
  }

  /** `undefined`: it has ended. */
  hold(): FencingProducer | undefined {
    if (this.#ended !== undefined) return undefined;
    this.#holders++;
    let isHeld = true;
    return {
      write: (written) => this.#write(written),
      close: async () => {
        if (isHeld && --this.#holders === 0) await this.#end(logUnavailable('the producer was given up'));
        isHeld = false;
      },
    };
  }

  async #write(written: Written): Promise<ReadonlyMap<string, number>> {
    if (this.#ended !== undefined) throw this.#ended;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ written, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    // Whoever has decided in this turn goes along.
    await endOfTurn();
    while (this.#waiting.length > 0) {
      await this.#writeTogether(this.#next());
      await pause(LINGER_MS);
    }
    this.#isWriting = false;
  }

  async #writeTogether(steps: readonly Waiting[]): Promise<void> {
    try {
      const bases = await this.#producer.write(joinWrites(steps.map(({ written }) => written)));
      for (const { resolve } of steps) resolve(bases);
    } catch (error) {
      const found = logErrorOf(error, 'writing');
      // What is said of one step's size is not said of those that waited behind it.
      const ended =
        found.code === 'group-too-large' ? logUnavailable('another step was too large', found) : found;
      const waiting = this.#waiting.splice(0);
      await this.#end(ended);
      for (const { reject } of steps) reject(steps.length === 1 ? found : ended);
      for (const { reject } of waiting) reject(ended);
    }
  }

  #next(): readonly Waiting[] {
    let size = 0;
    const isMore = ({ written }: Waiting, index: number): boolean => {
      size += sizeOf(written);
      return index > 0 && size > TOGETHER_BYTES;
    };
    const end = this.#waiting.findIndex(isMore);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #end(error: EngineError): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#onEnd();
    await this.#producer.close();
  }
}

/**
 * Producers by transactional id, each shared by all partitions of a shard that this process has. After an error the
 * producer has ended for all of them: each takes its partition anew, and reads what was kept.
 */
export class SharedProducers {
  readonly #kafka: Pick<KafkaClient, 'transactional'>;
  readonly #producers = new Map<string, Promise<SharedProducer>>();

  constructor(kafka: Pick<KafkaClient, 'transactional'>) {
    this.#kafka = kafka;
  }

  /**
   * Fences all others of the id, unless that was done for a producer that still lives. Should somebody have fenced that
   * one since, then nothing that is decided on what is read now can be written with it.
   */
  async take(transactionalId: string): Promise<FencingProducer> {
    for (;;) {
      let producer = this.#producers.get(transactionalId);
      if (producer === undefined) {
        producer = this.#open(transactionalId);
        this.#producers.set(transactionalId, producer);
      }
      const held = (await producer).hold();
      if (held !== undefined) return held;
    }
  }

  async #open(transactionalId: string): Promise<SharedProducer> {
    const forget = (): void => void this.#producers.delete(transactionalId);
    try {
      return new SharedProducer(await fencingProducer(this.#kafka, transactionalId), forget);
    } catch (error) {
      forget();
      throw error;
    }
  }
}
