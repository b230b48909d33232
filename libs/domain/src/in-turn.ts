import type { Reaction } from '@orderloom/decider';

/** Both hear of an event, one after the other. */
export const inTurn = <S, D extends object, G>(
  first: Reaction<S, D, G>,
  second: Reaction<S, D, G>,
): Reaction<S, D, G> => ({
  sends: [...first.sends, ...second.sends],
  react: (state, data, stream, context) => {
    const sent = first.react(state, data, stream, context);
    const more = second.react(state, data, stream, context);
    return more.length === 0 ? sent : [...sent, ...more];
  },
});
