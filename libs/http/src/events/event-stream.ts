import {
  EngineError,
  hasReached,
  type EventTail,
  type TailPlace,
  type WantedEvents,
} from '@orderloom/engine';

/** After this time without an event a reader is told its place, so that it and every proxy know that it is connected. */
export const HEARTBEAT_MS = 15_000;
/** How long a reader that was cut off waits before it comes back, ms. */
export const RETRY_MS = 1_000;

export type EventStreamOptions = {
  readonly tail: EventTail;
  readonly from: TailPlace;
  readonly wanted: WantedEvents;
  /** A place in the log as readers see it. */
  readonly position: (place: TailPlace) => string;
  readonly signal: AbortSignal;
  readonly heartbeatMs?: number;
};

/** An id without data hands a reader nothing, and moves the place from which it will go on. */
export const placeText = (position: string): string => `id: ${position}\n: \n\n`;
/** An event at its place, in JSON. */
export const eventText = (position: string, json: string): string => `id: ${position}\ndata: ${json}\n\n`;
/** A named frame: for the reader itself, no event. */
export const signText = (name: string, body: object): string =>
  `event: ${name}\ndata: ${JSON.stringify(body)}\n\n`;

/** What keeps a reader from being given more. */
export const problemText = (error: unknown): string =>
  signText('problem', {
    code: error instanceof EngineError && error.retryable ? 'log-unavailable' : 'internal-error',
  });

/**
 * The events behind `from` as Server-Sent Events, then those that come, until `signal` aborts. Each piece of the log is
 * read when the one before it was taken. `caught-up` is said once, where the reader has all that there was; what keeps
 * it from going on is a `problem`, and the end.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string> {
  const { tail, from, wanted, position, signal, heartbeatMs = HEARTBEAT_MS } = options;
  yield `retry: ${RETRY_MS}\n${placeText(position(from))}`;
  let isBehind = true;
  let spoke = performance.now();
  try {
    const head = await tail.head();
    for (let at = from; !signal.aborted;) {
      if (isBehind && hasReached(at, head)) {
        isBehind = false;
        yield signText('caught-up', {});
      }
      // A timer only where there is something to wait for.
      const until = isBehind ? signal : AbortSignal.any([signal, AbortSignal.timeout(heartbeatMs)]);
      const { events, upTo } = await tail.next(at, wanted, until);
      at = upTo;
      const text = events.map(({ place, json }) => eventText(position(place), json)).join('');
      if (text === '' && performance.now() - spoke < heartbeatMs) continue;
      // What belongs to others moves the place too, so that a reader who comes back need not pass it again.
      yield text === '' ? placeText(position(at)) : text;
      spoke = performance.now();
    }
  } catch (error) {
    yield problemText(error);
  }
}
