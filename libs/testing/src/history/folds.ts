import {
  streamIdOf,
  type Deadline,
  type RecordedEvent,
  type Registry,
  type StreamType,
} from '@orderloom/decider';
import type { Findings } from './findings.ts';

/** What is wrong with an event behind this state; `undefined`: nothing. Knows nothing of `decide`. */
export type Legal = (state: unknown, event: RecordedEvent, global: unknown) => string | undefined;

/** Deadlines as the log tells of them. Lateness in ms: recorded at minus due. */
export type DeadlineFigures = {
  readonly fired: number;
  readonly pending: number;
  readonly lateness: { readonly p50: number; readonly p99: number; readonly max: number };
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry erases the types of its streams
type AnyType = StreamType<any, any, any, any>;
type Folded = {
  readonly type: AnyType;
  readonly tenant: string;
  state: unknown;
  due: Deadline | undefined;
  /** An event could not be folded: the state is not known any more. */
  broken: boolean;
  last: RecordedEvent | undefined;
};

/** Folds the whole log with its own hands (H4), and follows every deadline in the states (H8). */
export class Folds {
  readonly #registry: Registry;
  readonly #found: Findings;
  readonly #legal: Legal | undefined;
  readonly #types: ReadonlyMap<string, AnyType>;
  readonly #followers: readonly AnyType[];
  readonly #streams = new Map<string, Folded>();
  readonly #lateness: number[] = [];

  constructor(registry: Registry, found: Findings, legal: Legal | undefined) {
    this.#registry = registry;
    this.#found = found;
    this.#legal = legal;
    this.#types = new Map<string, AnyType>(registry.types.map((type) => [type.name, type]));
    this.#followers = registry.types.filter((type: AnyType) => type.follows !== undefined);
  }

  /** The next event of the log. */
  add(event: RecordedEvent): void {
    const id = streamIdOf(event.stream);
    const type = this.#types.get(event.stream.type);
    if (!type) {
      this.#found.add('unfoldable', `${id} is of a type that is not registered`);
      return;
    }
    const folded = this.#streamOf(type, id, event);
    const global = this.#globalOf(event.stream.tenant);
    const wrong = folded.broken ? undefined : this.#legal?.(folded.state, event, global);
    if (wrong !== undefined)
      this.#found.add('illegal', `${id}/${String(event.version)} ${event.type}: ${wrong}`);
    if (isByDeadline(event, folded.last)) this.#checkDeadline(event, folded.due);
    folded.last = event;
    this.#evolve(folded, id, event, global);
    for (const follower of this.#followers) {
      const key = follower.follows?.[event.type]?.(event);
      if (key === undefined) continue;
      const followed = `${event.stream.tenant}/${follower.name}/${key}`;
      this.#evolve(this.#streamOf(follower, followed, event), followed, event, global);
    }
  }

  /** Deadlines still held. `quietAt`: all that are due then must have taken effect; `undefined`: nothing is known. */
  finish(quietAt: number | undefined): DeadlineFigures {
    let pending = 0;
    for (const [id, { due: held, broken, tenant }] of this.#streams) {
      if (held === undefined || broken) continue;
      pending += 1;
      const clock = this.#registry.global.clockOf(this.#globalOf(tenant));
      const awake = clock.mode === 'live' ? quietAt : clock.deadlines === 'awake' ? clock.now : undefined;
      if (awake === undefined || held.due > awake) continue;
      const what = `${held.name} was due at ${String(held.due)} and has had no effect at ${String(awake)}`;
      this.#found.add('deadline-lost', `${id}: ${what}`);
    }
    const sorted = this.#lateness.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return { fired: sorted.length, pending, lateness: { p50: at(0.5), p99: at(0.99), max: at(1) } };
  }

  #globalOf(tenant: string): unknown {
    const { type } = this.#registry.global;
    const folded = this.#streams.get(`${tenant}/${type}/${tenant}`);
    return folded ? folded.state : (this.#types.get(type)?.decider.initialState as unknown);
  }

  #streamOf(type: AnyType, id: string, { stream: { tenant } }: RecordedEvent): Folded {
    let folded = this.#streams.get(id);
    if (!folded) {
      folded = {
        type,
        tenant,
        state: type.decider.initialState,
        due: undefined,
        broken: false,
        last: undefined,
      };
      this.#streams.set(id, folded);
    }
    return folded;
  }

  #evolve(folded: Folded, id: string, event: RecordedEvent, global: unknown): void {
    if (folded.broken) return;
    const { stream, recordedAt, version } = event;
    try {
      const context = { stream, recordedAt, version, global };
      folded.state = folded.type.decider.evolve(
        folded.state,
        { type: event.type, data: event.data },
        context,
      );
      folded.due = folded.type.nextDeadline?.(folded.state);
    } catch (error) {
      folded.broken = true;
      const what = error instanceof Error ? error.message : String(error);
      this.#found.add('unfoldable', `${id} at ${event.type}: ${what}`);
    }
  }

  #checkDeadline(event: RecordedEvent, held: Deadline | undefined): void {
    const name = `${streamIdOf(event.stream)}/${String(event.version)} ${event.type}`;
    if (!held) {
      this.#found.add('deadline-twice', `${name} is the effect of a deadline that the stream does not hold`);
      return;
    }
    this.#lateness.push(event.recordedAt - held.due);
    if (event.recordedAt >= held.due) return;
    const what = `at ${String(event.recordedAt)}, but ${held.name} is due at ${String(held.due)}`;
    this.#found.add('deadline-early', `${name} ${what}`);
  }
}

/** Sent by no client and caused by no event. The second event of the same firing belongs to the first. */
const isByDeadline = (event: RecordedEvent, before: RecordedEvent | undefined): boolean =>
  event.hops > 0 &&
  event.causation === null &&
  !(
    before?.commandId === event.commandId &&
    before.recordedAt === event.recordedAt &&
    before.type !== event.type
  );
