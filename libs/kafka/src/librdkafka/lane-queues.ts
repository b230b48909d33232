import type { LanesGroupParts, ReadRecord } from '../client/client-port.ts';
import { asRead } from './as-read.ts';
import type { NativeMessage, Place } from './native.ts';
import type { Progress } from './stall-watch.ts';

type LaneQueue = {
  /** What was read and not handed on yet. */
  records: ReadRecord[];
  /** Offset of what is read next; `undefined` until something was. */
  position: number | undefined;
  /** An end that was reached and not told of yet. */
  end: number | undefined;
  isHeld: boolean;
};

export type LaneQueuesParts = Pick<LanesGroupParts, 'topics' | 'onRecords' | 'onReadUpTo'> & {
  readonly hold: (place: Place) => void;
};

const keyOf = ({ topic, partition }: Place): string => `${topic}/${String(partition)}`;

/** The lanes that are being read, between librdkafka, which never waits, and their owners, who may. */
export class LaneQueues {
  readonly owned = new Set<number>();
  readonly #parts: LaneQueuesParts;
  readonly #queues = new Map<string, LaneQueue>();
  #handing: Promise<void> = Promise.resolve();

  constructor(parts: LaneQueuesParts) {
    this.#parts = parts;
  }

  /** All lanes of some partitions. */
  lanesOf(partitions: Iterable<number>): readonly Place[] {
    return [...partitions].flatMap((partition) => this.#parts.topics.map((topic) => ({ topic, partition })));
  }

  deal(gained: readonly number[], lost: readonly number[]): void {
    for (const place of this.lanesOf(lost)) this.#queues.delete(keyOf(place));
    for (const place of this.lanesOf(gained))
      this.#queues.set(keyOf(place), { records: [], position: undefined, end: undefined, isHeld: false });
    for (const partition of lost) this.owned.delete(partition);
    for (const partition of gained) this.owned.add(partition);
  }

  add(message: NativeMessage): void {
    const queue = this.#queues.get(keyOf(message));
    if (queue === undefined || message.offset < (queue.position ?? 0)) return;
    queue.position = message.offset + 1;
    queue.records.push(asRead(message));
  }

  reach(end: Required<Omit<Place, 'metadata'>>): void {
    const queue = this.#queues.get(keyOf(end));
    if (queue !== undefined) queue.position = queue.end = Math.max(end.offset, queue.position ?? 0);
  }

  resume(place: Place): void {
    const queue = this.#queues.get(keyOf(place));
    if (queue !== undefined) queue.isHeld = false;
  }

  /** How far each lane is that is not held back, beside its end. */
  progress(ends: ReadonlyMap<string, readonly number[]>): readonly Progress[] {
    return this.lanesOf(this.owned).flatMap((place) => {
      const queue = this.#queues.get(keyOf(place));
      const end = ends.get(place.topic)?.[place.partition] ?? 0;
      return queue === undefined || queue.isHeld
        ? []
        : [{ key: keyOf(place), position: queue.position, end }];
    });
  }

  /** Hands on what there is, lane by lane, each in order. */
  handOn(): Promise<void> {
    this.#handing = this.#handing
      .catch(() => undefined)
      .then(async () => {
        for (const place of this.lanesOf(this.owned)) await this.#handOnLane(place);
      });
    return this.#handing;
  }

  async #handOnLane(place: Place): Promise<void> {
    const { topic, partition } = place;
    const queue = this.#queues.get(keyOf(place));
    if (queue === undefined || (queue.records.length === 0 && queue.end === undefined)) return;
    const { onRecords, onReadUpTo, hold } = this.#parts;
    const { records, end } = queue;
    Object.assign(queue, { records: [], end: undefined });
    const isOurs = (): boolean => this.#queues.get(keyOf(place)) === queue;
    let became = records.length === 0 ? 'taken' : await onRecords(topic, partition, records);
    // Others were dealt out meanwhile, and this one stayed: it is not read again.
    while (became === 'stale' && isOurs()) became = await onRecords(topic, partition, records);
    if (!isOurs()) return;
    if (end !== undefined) onReadUpTo(topic, partition, end);
    if (became !== 'full') return;
    queue.isHeld = true;
    hold(place);
  }
}
