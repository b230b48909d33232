import type { Reaction } from '@orderloom/decider';
import { chainKeyOf } from '../chain/chain-key.ts';
import type { EffectGivenUpData, EffectSucceededData } from '../messages/generated/effect.ts';
import type { EffectState } from './state.ts';
import { UNSUBSCRIBED } from './wanted-call.ts';

const leaveWhere = <D extends object>(isOver: (data: D) => boolean): Reaction<EffectState, D> => ({
  sends: ['LeaveChain'],
  react: ({ call }, data, { key: effectId }) =>
    call?.inOrder === true && isOver(data)
      ? [
          {
            to: { type: 'chain', key: chainKeyOf(call.subject, call.name) },
            command: { type: 'LeaveChain', data: { effectId } },
          },
        ]
      : [],
});

/** An effect that stands in a chain lets the next one go when it has succeeded; given up, it holds it. */
export const leavingChain = {
  EffectSucceeded: leaveWhere<EffectSucceededData>(() => true),
  EffectGivenUp: leaveWhere<EffectGivenUpData>(({ code }) => code === UNSUBSCRIBED),
};
