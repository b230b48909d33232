import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import type { Engine } from '../engine-api.ts';

/** What a command of a process manager became: events of `stream` with that cause, recorded at about that time. */
export type Caused = {
  readonly stream: StreamRef;
  /** Id of the event that sent the command. */
  readonly cause: string;
  /** When that one was recorded, ms. */
  readonly at: number;
  /** How many commands it sent to that stream. */
  readonly count: number;
};

type Reading = Pick<Engine, 'history' | 'get'>;

const PAGE = 500;
/** Clocks of two processes differ by less. */
const SKEW_MS = 2_000;
/** Events of one stream that are looked through for one cause, at most. */
const MOST = 20_000;

/**
 * The first version that was recorded at that instant or later: time does not run backwards in a stream, so it is found by
 * halving. O(log versions) reads of one event.
 */
const firstAt = async (engine: Reading, stream: StreamRef, at: number, versions: number): Promise<number> => {
  let [low, high] = [1, versions + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = await engine.history(stream, middle - 1, 1);
    if (event === undefined || event.recordedAt >= at) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** The events that a cause has in another stream; fewer than its commands where some were refused, or are on their way. */
export const findCaused = async (
  engine: Reading,
  { stream, cause, at, count }: Caused,
): Promise<readonly RecordedEvent[]> => {
  const shown = await engine.get(stream.type, stream.tenant, stream.key);
  if (shown === undefined) return [];
  const found: RecordedEvent[] = [];
  let after = (await firstAt(engine, stream, at - SKEW_MS, shown.version)) - 1;
  for (let seen = 0; seen < MOST && found.length < count; seen += PAGE) {
    const page = await engine.history(stream, after, PAGE);
    found.push(...page.filter(({ causation }) => causation === cause));
    if (page.length < PAGE) break;
    after += PAGE;
  }
  return found;
};

/** Events before that of which the last ones are told. */
const BEFORE = 20;

/**
 * What held in a stream between two instants, ms: its events of that time, 500 at most, and the last twenty before it.
 * O(log versions) reads of one event, and one of all of them.
 */
export const eventsAround = async (
  engine: Reading,
  stream: StreamRef,
  [from, until]: readonly [from: number, until: number],
): Promise<readonly RecordedEvent[]> => {
  const shown = await engine.get(stream.type, stream.tenant, stream.key);
  if (shown === undefined) return [];
  const first = await firstAt(engine, stream, from, shown.version);
  const events = await engine.history(stream, Math.max(0, first - 1 - BEFORE), PAGE);
  return events.filter(({ recordedAt }) => recordedAt <= until);
};
