import type { SectionVersion } from '@orderloom/engine';
import type { EventHandler } from './consuming/attempts.ts';
import type { ConsumeOptions } from './consuming/consumer.ts';
import type { Consumer } from './consuming/follow-events.ts';
import type { WorkQuery } from './reading/reading.ts';
import type { Reads } from './reading/reads.ts';
import type { RedriveOptions, RedriveQuery } from './redriving/effect-work.ts';
import type { Redriven } from './redriving/redrive-calls.ts';
import type { Result } from './result.ts';
import type { NewOrder, OrderCommandData, OrderCommandType } from './said.ts';

export type SendOptions = {
  /** The idempotency key; one is made where none is given. Give your own, and a retry after a crash is a retry too. */
  readonly key?: string;
  /** Answered with `conflict` where the stream is at another version. */
  readonly expectedVersion?: number;
  /** Answered with `conflict` where that section of the stream is at another version. */
  readonly expectedSection?: SectionVersion;
  /** Who asks; it stands in the events. */
  readonly actor?: string;
  /**
   * Gives up: the answer is `pending` then, because nobody knows what became of the command. One that has aborted
   * before anything was sent makes the call reject with its reason.
   */
  readonly signal?: AbortSignal;
};

/** One of several commands that are sent together. */
export type BatchCommand = Omit<SendOptions, 'signal'> & {
  /** Where it goes; left out by `PlaceOrder`, which makes its stream. */
  readonly stream?: { readonly type: string; readonly key: string };
  readonly type: string;
  readonly data: object;
};

/** What a group has parked of one stream. */
export type ParkedStream = {
  readonly group: string;
  /** `tenant/type/key` */
  readonly stream: string;
  /** The kind of failure of the first event; the others wait behind it. */
  readonly reason: string;
  /** When the first event was recorded. */
  readonly at: string;
  readonly versions: readonly number[];
  /** Somebody has asked, and it is not over. */
  readonly redriving: boolean;
};

export type ParkedWork = {
  /** Of one group, or of all of this tenant; the oldest first. */
  readonly list: (group?: string) => Promise<readonly ParkedStream[]>;
  /**
   * Asks for what is parked to be handled again, in order, by the group's consumer: of one stream, or of all. What fails
   * again stays parked, with the new reason. Gives how many streams were asked for; asking twice is asking once.
   */
  readonly redrive: (group: string, stream?: string) => Promise<number>;
};

/** Whose work, in which list. */
type Claimed = { readonly list: WorkQuery['list']; readonly actor: string };
type ClaimOptions = Pick<SendOptions, 'key' | 'signal'>;

/** An engine, wherever it is. What a command comes to is a value; what rejects is a call that cannot be made. */
export type Client = Omit<Reads, 'orders' | 'work' | 'effects'> & {
  readonly orders: Reads['orders'] & {
    readonly place: (
      order: NewOrder,
      options?: Omit<SendOptions, 'expectedVersion' | 'expectedSection'>,
    ) => Promise<Result>;
    readonly send: <T extends OrderCommandType>(
      orderId: string,
      type: T,
      data: OrderCommandData<T>,
      options?: SendOptions,
    ) => Promise<Result>;
  };
  readonly work: Reads['work'] & {
    /** The actor has the order in that list until an instant: `refused` as `work-claimed` where somebody else has. */
    readonly claim: (
      orderId: string,
      claim: Claimed & { readonly minutes?: number },
      options?: ClaimOptions,
    ) => Promise<Result>;
    /** Leaves it to others. */
    readonly release: (orderId: string, claim: Claimed, options?: ClaimOptions) => Promise<Result>;
  };
  readonly effects: Reads['effects'] & {
    /**
     * Has calls that were given up made again: exactly those that are meant, each once, however many ask at once. Gives
     * those that are, and how many were refused. What fails again is listed again.
     */
    readonly redrive: (which: RedriveQuery, options?: RedriveOptions) => Promise<Redriven>;
  };
  /** The same for a stream of any type: `{type: 'stock', key: 'MUG@main'}`. */
  readonly send: (
    stream: { readonly type: string; readonly key: string },
    type: string,
    data: object,
    options?: SendOptions,
  ) => Promise<Result>;
  /**
   * Sends up to 500 commands together: decided in their order, in as few steps as possible, and answered one by one in the
   * same order. What is wrong with one of them is its own result.
   */
  readonly sendAll: (
    commands: readonly BatchCommand[],
    options?: Pick<SendOptions, 'signal'>,
  ) => Promise<readonly Result[]>;
  /**
   * Hands a group its events: each at least once, those of one stream in order and never two at a time, shared among
   * all who consume under that name. What keeps failing is parked, and what follows it in its stream with it.
   */
  readonly consume: (group: string, handler: EventHandler, options?: ConsumeOptions) => Promise<Consumer>;
  /** What groups of consumers have parked, and asking for it to be handled again. */
  readonly parked: ParkedWork;
  /** Stops consumers and connections; an embedded engine goes on. */
  readonly stop: () => Promise<void>;
};
