import { eventIdOf, type RecordedEvent, type StreamRef, type StreamType } from '@orderloom/decider';
import type { Engine } from '../engine-api.ts';
import { eventsUpTo } from '../events-up-to.ts';
import { eventsAround, findCaused, type Caused } from './find-caused.ts';
import { inOrder } from './in-order.ts';

/** A deadline that a stream has had. */
export type TracedTimer = {
  readonly name: string;
  /** ms since 1970 UTC. */
  readonly due: number;
  /** Version of the stream that has set it. */
  readonly setBy: number;
  /** The one that has ended it, because it was due or because it was for nothing by then; `null`: it is pending. */
  readonly endedBy: number | null;
};

/** An event's commands of which no event was found: they were refused, are on their way, or happened long after. */
type Unfound = Pick<Caused, 'stream' | 'cause' | 'count'>;

export type Trace = {
  /** As they happened: see `inOrder`. */
  readonly events: readonly RecordedEvent[];
  readonly timers: readonly TracedTimer[];
  readonly unfound: readonly Unfound[];
  /** More belongs to it than is told. */
  readonly isCut: boolean;
};

export type TraceParts = {
  readonly engine: Pick<Engine, 'history' | 'get' | 'globalOf'>;
  /** The type of the stream that is traced. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of every state
  readonly type: StreamType<any, any, any, any>;
  /** Types of which a stream belongs to it as a whole where one of its events does. */
  readonly whole: ReadonlySet<string>;
  /** Streams that are known to belong to it. */
  readonly also: readonly StreamRef[];
  /** By its first event: streams of others that decide with it. What held there during its life is told. */
  readonly beside?: (first: RecordedEvent) => readonly StreamRef[];
};

/** Events of one stream that are told, at most. */
const MOST = 10_000;

const streamIn = (eventId: string): { readonly stream: StreamRef; readonly version: number } => {
  const [tenant = '', type = '', ...rest] = eventId.split('/');
  const version = Number(rest.pop());
  return { stream: { tenant, type, key: rest.join('/') }, version };
};

/** Events that were found, each once. */
class Found {
  readonly #engine: TraceParts['engine'];
  readonly #events = new Map<string, RecordedEvent>();
  readonly #read = new Set<string>();
  isCut = false;

  constructor(engine: TraceParts['engine']) {
    this.#engine = engine;
  }

  add(events: readonly RecordedEvent[]): void {
    for (const event of events) this.#events.set(eventIdOf(event), event);
  }

  has(eventId: string): boolean {
    return this.#events.has(eventId);
  }

  /** The whole stream, once. */
  async read(stream: StreamRef): Promise<readonly RecordedEvent[]> {
    const name = `${stream.type}/${stream.key}`;
    if (this.#read.has(name)) return [];
    this.#read.add(name);
    const events = await eventsUpTo(this.#engine, stream, MOST);
    this.isCut ||= events.length >= MOST;
    this.add(events);
    return events;
  }

  inOrder(): readonly RecordedEvent[] {
    return inOrder([...this.#events.values()]);
  }
}

/** The stream's own life: what its deadlines were, and which commands its process managers have sent. */
const lived = ({ engine, type }: TraceParts, stream: StreamRef, history: readonly RecordedEvent[]) => {
  const global = engine.globalOf(stream.tenant);
  const timers: TracedTimer[] = [];
  const sent = new Map<string, Caused>();
  let state: unknown = type.decider.initialState;
  for (const event of history) {
    const { version, recordedAt, data } = event;
    const context = { stream, recordedAt, version, global };
    state = type.decider.evolve(state, { type: event.type, data }, context);
    follow(timers, type.nextDeadline?.(state), version);
    const reaction = type.reactions?.[event.type];
    const cause = eventIdOf(event);
    for (const { to } of reaction?.react(state, data, stream, context) ?? []) {
      const target = { tenant: stream.tenant, type: to.type, key: to.key };
      const name = `${cause}>${to.type}/${to.key}`;
      const count = (sent.get(name)?.count ?? 0) + 1;
      sent.set(name, { stream: target, cause, at: recordedAt, count });
    }
  }
  return { timers, sent: [...sent.values()] };
};

/** A deadline with the same instant is the same one. */
const follow = (
  timers: TracedTimer[],
  now: { readonly name: string; readonly due: number } | undefined,
  version: number,
): void => {
  const last = timers.at(-1);
  const isPending = last?.endedBy === null;
  if (isPending && now?.name === last.name && now.due === last.due) return;
  if (isPending) timers[timers.length - 1] = { ...last, endedBy: version };
  if (now) timers.push({ name: now.name, due: now.due, setBy: version, endedBy: null });
};

/**
 * Everything that belongs to a stream: its events, those that have caused them, those that they have caused in other streams,
 * and its deadlines. Nothing is indexed for it: an event names its cause, which is read at once, and what was caused is
 * found by time. O(events of the stream * log of the others' length).
 */
export const traceOf = async (parts: TraceParts, stream: StreamRef): Promise<Trace> => {
  const { engine, whole, also } = parts;
  const found = new Found(engine);
  const own = await found.read(stream);
  for (const one of also) await found.read(one);
  const { timers, sent } = lived(parts, stream, own);
  const unfound: Unfound[] = [];
  for (const caused of sent) {
    if (whole.has(caused.stream.type)) {
      await found.read(caused.stream);
      continue;
    }
    const events = await findCaused(engine, caused);
    found.add(events);
    const { cause, count } = caused;
    if (events.length < count) unfound.push({ stream: caused.stream, cause, count: count - events.length });
  }
  const [first, last] = [own[0], own.at(-1)];
  if (first !== undefined && last !== undefined)
    for (const one of parts.beside?.(first) ?? [])
      found.add(await eventsAround(engine, one, [first.recordedAt, last.recordedAt]));
  const causes = own.flatMap(({ causation }) => (causation === null ? [] : [causation]));
  for (const cause of new Set(causes)) {
    if (found.has(cause)) continue;
    const { stream: from, version } = streamIn(cause);
    if (from.tenant !== stream.tenant) continue;
    if (whole.has(from.type)) await found.read(from);
    else found.add(await engine.history(from, version - 1, 1));
  }
  return { events: found.inOrder(), timers, unfound, isCut: found.isCut };
};
