import {
  statusIn,
  type Explanation,
  type Projection,
  type RecordedEvent,
  type StreamType,
} from '@orderloom/decider';

/**
 * The document of one stream: the state that its decider's `evolve` gives, and what a list needs. How it looks to a
 * reader is decided when it is read (`present…`), so a new look needs no rebuild.
 */
export type StreamDocument<S> = {
  readonly key: string;
  /** Region -> status, as `explain` says it. */
  readonly status: Explanation['status'];
  /** Instant of the first event, ms since 1970 UTC. */
  readonly createdAt: number;
  /** Instant of the last event, ms since 1970 UTC. */
  readonly updatedAt: number;
  /** JSON value. */
  readonly state: S;
};

/** A document as a view store gives it back. */
export type Stored<D> = { readonly id: string; readonly version: number; readonly document: D };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any command and event types; states and globals are checked
type AnyStreamType<S, G> = StreamType<S, any, any, G>;

/** What a view needs of a stream type: a view never decides. */
type Folded<S, G> = Pick<AnyStreamType<S, G>, 'name' | 'foldId' | 'decider' | 'statusOf' | 'explain'>;

type ViewOptions<S> = {
  /** Counts the meanings that its lists have had; 1 unless said. */
  readonly version?: number;
  /** Lists beside `all:` and the statuses. */
  readonly lists?: (document: StreamDocument<S>) => readonly string[];
};

/** `status:available` where the type has one region called so, `status:payment.paid` otherwise. */
const statusLists = (status: Explanation['status']): readonly string[] =>
  Object.entries(status).map(([region, value]) =>
    region === 'status' ? `status:${value}` : `status:${region}.${value}`,
  );

const nextState = <S, G>(type: Folded<S, G>, state: S | undefined, event: RecordedEvent, global: G): S =>
  type.decider.evolve(
    state ?? type.decider.initialState,
    { type: event.type, data: event.data },
    { stream: event.stream, recordedAt: event.recordedAt, version: event.version, global },
  );

/** The view that holds every stream of one type, by key, as its decider sees it. Changes when the fold does. */
export const streamView = <S, G>(
  type: Folded<S, G>,
  options: ViewOptions<S> = {},
): Projection<StreamDocument<S>, G> => ({
  name: type.name,
  foldId: `${type.foldId}/view-${options.version ?? 1}`,
  streamType: type.name,
  fold: (document, event, global) => {
    const state = nextState(type, document?.state, event, global);
    return {
      key: event.stream.key,
      status: statusIn(type, state, global),
      createdAt: document?.createdAt ?? event.recordedAt,
      updatedAt: event.recordedAt,
      state,
    };
  },
  lists: (document) => ['all:', ...statusLists(document.status), ...(options.lists?.(document) ?? [])],
  sortKey: (document) => document.key,
});
