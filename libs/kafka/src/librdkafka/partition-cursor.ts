import type { FetchedRecords, ReadRecord } from '../client/client-port.ts';
import { asRead } from './as-read.ts';
import type { NativeConsumer, NativeMessage, Place } from './native.ts';

/** Records that may wait for whoever asks before the partition is held back. */
const HIGH_WATER = 5_000;

/** One partition as it is read ahead, for one who asks at a time. */
export class PartitionCursor {
  readonly place: Place;
  /** Offset of the next record or marker; `undefined` where it is not being read. */
  next: number | undefined;
  #read: ReadRecord[] = [];
  /** Offset that the next message has at least: what librdkafka hands on twice is left out. */
  #least = 0;
  #end: number | undefined;
  #error: Error | undefined;
  #consumer: NativeConsumer | undefined;
  #isHeld = false;
  #tell: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(place: Place) {
    this.place = place;
  }

  get isAwaited(): boolean {
    return this.#tell !== undefined;
  }

  isAt(offset: number): boolean {
    return this.next === offset;
  }

  /** Who asks for the same partition at once is served one after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  put(consumer: NativeConsumer, offset: number): void {
    this.leave(consumer);
    consumer.incrementalAssign([{ ...this.place, offset }]);
    Object.assign(this, { next: offset });
    this.#consumer = consumer;
    this.#least = offset;
  }

  leave(consumer: NativeConsumer): void {
    const isAssigned = this.#consumer === consumer;
    this.forget();
    if (isAssigned) consumer.incrementalUnassign([this.place]);
  }

  /** Its consumer is gone: nothing of what was read ahead counts. */
  forget(): void {
    clearTimeout(this.#idle);
    this.next = undefined;
    this.#read = [];
    this.#end = undefined;
    this.#error = undefined;
    this.#consumer = undefined;
    this.#isHeld = false;
    this.tell();
  }

  add(message: NativeMessage): void {
    if (this.#consumer === undefined || message.offset < this.#least) return;
    this.#least = message.offset + 1;
    this.#read.push(asRead(message));
    if (this.#isHeld || this.#read.length < HIGH_WATER) return;
    this.#isHeld = true;
    this.#consumer.pause([this.place]);
  }

  reach(end: number): void {
    this.#end = end;
  }

  fail(error: Error): void {
    this.#error = error;
    this.tell();
  }

  tell(): void {
    if (
      this.#read.length > 0 ||
      this.#end !== undefined ||
      this.#error !== undefined ||
      this.next === undefined
    )
      this.#tell?.();
  }

  /** Until there is something to take, or the time is over. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#tell = () => {
        clearTimeout(timer);
        resolve();
      };
      this.tell();
    });
    this.#tell = undefined;
  }

  take(from: number): FetchedRecords {
    const error = this.#error;
    if (error !== undefined) {
      this.#error = undefined;
      throw error;
    }
    const messages = this.#read;
    const last = messages.at(-1);
    const end = this.#end;
    this.#read = [];
    this.#end = undefined;
    if (this.#isHeld) {
      this.#isHeld = false;
      this.#consumer?.resume([this.place]);
    }
    if (this.next === undefined) return { messages: [], next: from };
    const behind = last === undefined ? from : Number(last.offset) + 1;
    this.next = Math.max(behind, end ?? 0);
    return { messages, next: this.next };
  }

  letGoAfter(ms: number, letGo: () => void): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(letGo, ms).unref();
  }
}
