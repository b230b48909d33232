import type { Command, Decider, Event, EvolveContext } from './words.ts';
import type { RecordedEvent } from './recorded-event.ts';

/** Folds recorded events from the beginning: what replaying a stream means. O(events). */
export const fold = <S, C extends Command, E extends Event, G>(
  decider: Decider<S, C, E, G>,
  events: Iterable<RecordedEvent<E>>,
  global: G,
): S => {
  let state = decider.initialState;
  for (const event of events) {
    const context: EvolveContext<G> = {
      stream: event.stream,
      recordedAt: event.recordedAt,
      version: event.version,
      global,
    };
    state = decider.evolve(state, { type: event.type, data: event.data } as E, context);
  }
  return state;
};
