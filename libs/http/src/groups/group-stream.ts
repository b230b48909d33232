import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupFollowing, OwnedProgress, ParkedEvent } from '@orderloom/engine';
import { eventStream, signText, type EventStreamOptions } from '../events/event-stream.ts';
import type { Leases } from './leases.ts';

type Turn = { readonly partition: number; readonly signal: AbortSignal };

export type GroupStreamOptions = Omit<EventStreamOptions, 'from'> & {
  /** The group's name as its progress is kept under. */
  readonly group: string;
  readonly follow: (group: string) => Promise<Pick<GroupFollowing, 'source' | 'progress'>>;
  readonly leases: Leases;
  /** A parked event as its reader is told of it. */
  readonly present: (parked: ParkedEvent) => object;
  /** Ends the connection of a reader that is not heard any more. */
  readonly cutOff: () => void;
};

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': \n\n';

/** Waits for the reader's turn; a heartbeat is given meanwhile. Ends without a turn where `signal` aborts. */
async function* turnOf(turn: Promise<Turn>, signal: AbortSignal): AsyncGenerator<string, Turn | undefined> {
  while (!signal.aborted) {
    const tick = new AbortController();
    const waited = sleep(HEARTBEAT_MS, undefined, { signal: AbortSignal.any([signal, tick.signal]) });
    const come = await Promise.race([turn, waited.catch(() => undefined)]);
    tick.abort();
    if (come !== undefined) return come;
    yield HEARTBEAT;
  }
  return undefined;
}

async function* withLease(
  own: OwnedProgress,
  { signal: ended }: Turn,
  options: GroupStreamOptions,
): AsyncGenerator<string> {
  const { group, leases, present, cutOff, signal } = options;
  const lease = leases.open(group, own, cutOff);
  try {
    yield signText('taken', { lease: lease.id, parked: own.parked.map(present) });
    yield* eventStream({ ...options, from: [own.index], signal: AbortSignal.any([signal, ended]) });
  } finally {
    lease.end();
  }
}

/**
 * The events of a group for one reader, from where the group has come to. It waits until it is this reader's turn: then
 * `taken` gives it the lease with which it says how far it has come.
 */
export async function* groupStream(options: GroupStreamOptions): AsyncGenerator<string> {
  const { group, follow, signal } = options;
  const { source, progress } = await follow(group);
  let end: () => void = () => undefined;
  const turn = new Promise<Turn>((begin, reject) => {
    const running = source.run(async ({ partition }, ended) => {
      begin({ partition, signal: ended });
      await new Promise<void>((resolve) => (end = resolve));
    });
    running.catch(reject);
  });
  turn.catch(() => undefined);
  try {
    const mine = yield* turnOf(turn, signal);
    if (mine === undefined) return;
    const own = await progress.take(mine.partition);
    try {
      yield* withLease(own, mine, options);
    } finally {
      await own.close();
    }
  } finally {
    end();
    await source.stop();
  }
}
