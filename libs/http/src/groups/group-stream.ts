import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPartition, EventTail, GroupMember, ParkedEvent, WantedEvents } from '@orderloom/engine';
import type { Cursors } from '../cursor.ts';
import {
  eventText,
  HEARTBEAT_MS,
  placeText,
  problemText,
  RETRY_MS,
  signText,
} from '../events/event-stream.ts';
import { Dealt } from './dealt.ts';
import type { Leases } from './leases.ts';
import { merged } from './merged.ts';
import { Turn } from './turn.ts';
import { turnPlaces } from './turn-place.ts';

export type GroupStreamOptions = {
  readonly tail: Pick<EventTail, 'head'>;
  /** The group's name as its progress is kept under. */
  readonly group: string;
  readonly wanted: WantedEvents;
  readonly follow: (group: string) => Promise<GroupMember>;
  readonly leases: Leases;
  readonly cursors: Cursors;
  /** A parked event as its reader is told of it. */
  readonly present: (parked: ParkedEvent) => object;
  /** Aborts when the reader has left, or is not wanted any more. */
  readonly signal: AbortSignal;
  /** Ends the connection of a reader that is not heard any more. */
  readonly cutOff: () => void;
};

const HEARTBEAT = ': \n\n';
/** Partitions are dealt one by one: so long after the last one all are there, ms. */
const SETTLED_MS = 100;
/** Time for a reader whose turn is over to keep what it has done, ms. */
const LAST_WORDS_MS = 5_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** Waits until the group has dealt something to this reader, and all of it. */
async function* untilDealt(dealt: Dealt, signal: AbortSignal): AsyncGenerator<string> {
  while (dealt.isEmpty() && !signal.aborted) {
    await pause(HEARTBEAT_MS, AbortSignal.any([dealt.changed, signal]));
    if (dealt.isEmpty()) yield HEARTBEAT;
  }
  for (let { changed } = dealt; !signal.aborted; { changed } = dealt) {
    await pause(SETTLED_MS, AbortSignal.any([changed, signal]));
    if (!changed.aborted) return;
  }
}

type TurnParts = {
  readonly member: GroupMember;
  readonly dealt: Dealt;
  readonly partitions: readonly EventPartition[];
  /** Aborts when the turn is over, for whatever reason. */
  readonly ended: AbortSignal;
};

/** The events of one turn, each with its place; ends when the turn has. */
async function* handedOut(
  { member, dealt, partitions, ended }: TurnParts,
  {
    turn,
    elsewhere,
    lease,
  }: { readonly turn: Turn; readonly elsewhere: ReadonlySet<string>; readonly lease: string },
  { wanted, tail, cursors }: GroupStreamOptions,
): AsyncGenerator<string> {
  const places = turnPlaces(cursors, wanted.tenant, lease);
  const indexes = new Map(turn.indexes);
  const placeOf = (at: number, index: number): string =>
    places.write({ at, indexes: indexes.set(at, index) });
  // What follows them has to wait: the next turn begins with knowing of them.
  const arrived = (parked: readonly ParkedEvent[]): void => {
    if (parked.some(({ streamId }) => !elsewhere.has(streamId))) dealt.dealAnew();
  };
  const head = await tail.head();
  const sources = new Map(
    partitions.map((one) => {
      const after = indexes.get(one.partition) ?? 0;
      return [one.partition, member.read(one, after, { wanted, signal: ended, arrived })];
    }),
  );
  let isBehind = true;
  let spoke = performance.now();
  const hasAll = (): boolean =>
    partitions.every(({ partition }) => (indexes.get(partition) ?? 0) >= (head[partition] ?? 0));
  const caughtUp = (): string => {
    if (!isBehind || !hasAll()) return '';
    isBehind = false;
    return signText('caught-up', {});
  };
  const opening = caughtUp();
  if (opening !== '') yield opening;
  for await (const come of merged(sources, { signal: ended, idleMs: HEARTBEAT_MS })) {
    let text = '';
    if (come !== undefined) {
      const { events, upTo } = come.value;
      for (const { index, json } of events) text += eventText(placeOf(come.from, index), json);
      indexes.set(come.from, Math.max(upTo, indexes.get(come.from) ?? 0));
      text += caughtUp();
      // What belongs to others moves the place too, so that a reader who comes back need not pass it again.
      if (text === '' && performance.now() - spoke < HEARTBEAT_MS) continue;
      if (text === '') text = placeText(placeOf(come.from, upTo));
    }
    yield text === '' ? HEARTBEAT : text;
    spoke = performance.now();
  }
}

/** One turn: what was dealt to the reader, until that changes. */
async function* turnOf(parts: TurnParts, options: GroupStreamOptions): AsyncGenerator<string> {
  const { member, partitions, ended } = parts;
  const { group, leases, present, cutOff, signal } = options;
  const owned = await Promise.all(
    partitions.map(async ({ partition, shown }) => ({
      ...{ partition, shown, own: await member.progress.take(partition) },
    })),
  );
  const turn = new Turn(owned);
  const lease = leases.open(group, turn, cutOff);
  try {
    const parked = owned.flatMap(({ own }) => own.parked);
    const known = owned.flatMap(({ own }) => own.parkedElsewhere ?? []).map(({ streamId }) => streamId);
    const elsewhere = new Set(known);
    yield signText('taken', {
      ...{ lease: lease.id, parked: parked.map(present) },
      ...(elsewhere.size > 0 && { elsewhere: [...elsewhere] }),
    });
    for (const { streamId } of parked) elsewhere.add(streamId);
    yield* handedOut(parts, { turn, elsewhere, lease: lease.id }, options);
    if (ended.aborted && !signal.aborted) {
      yield signText('over', { lease: lease.id });
      await pause(LAST_WORDS_MS, AbortSignal.any([lease.givenBack, signal]));
    }
  } finally {
    lease.end();
    await Promise.all(owned.map(({ own }) => own.close()));
  }
}

/**
 * The events of a group for one reader, turn by turn. A turn begins with `taken`, which gives the lease with which the reader
 * says how far it has come, and is over when the group deals its partitions anew: then the next one begins where the group is.
 */
export async function* groupStream(options: GroupStreamOptions): AsyncGenerator<string> {
  const { group, follow, signal } = options;
  const member = await follow(group);
  const dealt = new Dealt();
  const source = new AbortController();
  const running = member.source.run(dealt.hold).finally(() => source.abort());
  running.catch(() => undefined);
  const listening = AbortSignal.any([signal, source.signal]);
  try {
    yield `retry: ${RETRY_MS}\n${HEARTBEAT}`;
    for (;;) {
      yield* untilDealt(dealt, listening);
      if (listening.aborted) break;
      const { partitions, changed } = dealt;
      if (partitions.length === 0) continue;
      const ended = AbortSignal.any([listening, changed]);
      yield* turnOf({ member, dealt, partitions, ended }, options);
    }
    // Where the source has ended by itself, that says why.
    if (!signal.aborted) await running;
  } catch (error) {
    yield problemText(error);
  } finally {
    await member.source.stop();
    await member.progress.close();
  }
}
