import { expect } from '@jest/globals';
import type { Event, Projection, RecordedEvent, StreamRef } from '@orderloom/decider';
import { readably } from './readably.ts';
import type { Past } from './given.ts';

/** The stream and the instant of a view's given events. */
export type ViewScene<G> = { readonly stream: StreamRef; readonly now: number; readonly global: G };

export type GivenView<D> = {
  /** Exactly this document; `undefined`: none is kept. */
  readonly then: (view: D | undefined) => void;
  /** The lists the document stands in, in any order. */
  readonly thenInLists: (...lists: readonly string[]) => void;
  readonly view: D | undefined;
};

/**
 * The words for scenarios about one projection:
 * `const given = viewScenarios(orderView, { stream, now, global })`, then `given(orderPlaced).then(view)`.
 */
export const viewScenarios =
  <D, G>(
    projection: Projection<D, G>,
    scene: ViewScene<G>,
  ): ((...events: readonly (Event | Past)[]) => GivenView<D>) =>
  (...events) => {
    const story = `given ${events.map((event) => ('past' in event ? event.past : event).type).join(', ') || 'nothing'}`;
    let view: D | undefined;
    events.forEach((event, index) => {
      const { past, at = scene.now, stream = scene.stream } = 'past' in event ? event : { past: event };
      view = projection.fold(
        view,
        recordedEvent(past, { stream, version: index + 1, recordedAt: at }),
        scene.global,
      );
    });
    const given: GivenView<D> = {
      view,
      then: (expected) => readably(story, given.then, () => expect(view).toEqual(expected)),
      thenInLists: (...lists) =>
        readably(story, given.thenInLists, () =>
          expect([...(view === undefined ? [] : projection.lists(view))].sort()).toEqual([...lists].sort()),
        ),
    };
    return given;
  };

type Place = Pick<RecordedEvent, 'stream' | 'version' | 'recordedAt'> & Partial<RecordedEvent>;

/** An event in an envelope that says as little as it may. For anything that reads recorded events. */
export const recordedEvent = (event: Event, place: Place): RecordedEvent => ({
  commandId: `command-${String(place.version)}`,
  causation: null,
  correlation: null,
  root: null,
  hops: 0,
  traceparent: null,
  actor: null,
  businessLine: null,
  channel: null,
  occurredAt: null,
  type: event.type,
  data: event.data,
  slot: 0,
  sequence: place.version,
  commandFingerprint: '',
  prev: '',
  ...place,
});
