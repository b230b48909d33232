import { EngineError, type KeptProgress, type OwnedProgress, type ParkedEvent } from '@orderloom/engine';

/** What a reader of a group says about one of its events. */
type SaidEvent = Pick<ParkedEvent, 'streamId' | 'version'>;

/** What a reader of a group says has become of the events that it was handed. */
export type SaidNews = {
  /** How far it has come in each partition. */
  readonly indexes: ReadonlyMap<number, number>;
  /** `partition`: where the event stands; undefined where it was not said. */
  readonly parked: readonly { readonly event: ParkedEvent; readonly partition: number | undefined }[];
  readonly released: readonly SaidEvent[];
  readonly redriven: readonly string[];
};

/** One partition of a turn, as its progress is kept. */
export type TurnPartition = {
  readonly partition: number;
  readonly own: OwnedProgress;
  /** Told of what is kept, so that others can see it. */
  readonly shown: (index: number) => void | Promise<void>;
};

type Held = TurnPartition & { index: number };

const keyOf = ({ streamId, version }: SaidEvent): string => `${streamId}/${version}`;

const isFenced = (error: unknown): boolean => error instanceof EngineError && error.code === 'log-fenced';

/** The progress of a group in the partitions of one reader's turn. */
export class Turn {
  readonly #held: Map<number, Held>;
  /** Parked event -> its partition. */
  readonly #parkedIn = new Map<string, number>();
  /** The partition of a turn that has one. */
  readonly #only: number | undefined;

  constructor(partitions: readonly TurnPartition[]) {
    this.#held = new Map(partitions.map((one) => [one.partition, { ...one, index: one.own.index }]));
    for (const { partition, own } of partitions)
      for (const event of own.parked) this.#parkedIn.set(keyOf(event), partition);
    this.#only = partitions.length === 1 ? partitions[0]?.partition : undefined;
  }

  /** Another reader has taken all of it. */
  get isLost(): boolean {
    return this.#held.size === 0;
  }

  /** How far the group had come. */
  get indexes(): ReadonlyMap<number, number> {
    return new Map([...this.#held].map(([partition, { index }]) => [partition, index]));
  }

  /** The first of these of which nobody knows where it stands; -1: there is none. */
  unplaced(parked: SaidNews['parked']): number {
    return parked.findIndex(
      ({ event, partition = this.#only }) => partition === undefined && !this.#parkedIn.has(keyOf(event)),
    );
  }

  /**
   * Keeps what is said, in each partition by itself: a partition that another reader has taken since keeps nothing, and is
   * this turn's no more. Throws where it can be kept later; saying it again is no harm.
   */
  async keep(news: SaidNews): Promise<void> {
    for (const { event, partition = this.#only } of news.parked)
      if (partition !== undefined) this.#parkedIn.set(keyOf(event), partition);
    const kept = await Promise.allSettled([...this.#held.values()].map((held) => this.#keepIn(held, news)));
    const failed = kept.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Streams that are to be redriven. */
  async asked(): Promise<readonly string[]> {
    const asked = await Promise.all([...this.#held.values()].map(({ own }) => own.asked()));
    return [...new Set(asked.flat())];
  }

  async #keepIn(held: Held, news: SaidNews): Promise<void> {
    const { partition, own, shown } = held;
    const next = this.#newsFor(held, news);
    if (next === undefined) return;
    try {
      await own.keep(next);
      held.index = Math.max(held.index, next.index);
      await shown(held.index);
    } catch (error) {
      if (!isFenced(error)) throw error;
      this.#held.delete(partition);
    }
  }

  /** What of it concerns a partition; `undefined`: nothing. What was said before counts on. */
  #newsFor({ partition, index }: Held, news: SaidNews): KeptProgress | undefined {
    const isHere = (event: SaidEvent): boolean => this.#parkedIn.get(keyOf(event)) === partition;
    const reached = Math.max(index, news.indexes.get(partition) ?? 0);
    const parked = news.parked.map(({ event }) => event).filter(isHere);
    const released = news.released.filter(isHere);
    const { redriven } = news;
    const hasNews = [parked, released, redriven].some((list) => list.length > 0);
    return reached > index || hasNews ? { index: reached, parked, released, redriven } : undefined;
  }
}
