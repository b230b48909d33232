import {
  accept,
  defineStreamType,
  refuseState,
  type Decider,
  type Explanation,
  type Reaction,
} from '@orderloom/decider';
import type { ChainCommand, ChainEvent, EffectQueuedData } from '../messages/generated/chain.ts';
import type { TenantState } from '../tenant/state.ts';
import { slotOfChain } from './chain-key.ts';

/** The calls of one order to one webhook that keep their order. */
export type ChainState = {
  /** The first one has been requested and not succeeded; the others wait for it. */
  readonly queue: readonly EffectQueuedData[];
};

const webhookOf = (queued: EffectQueuedData | undefined, { webhooks }: TenantState) =>
  queued && webhooks?.[queued.call.name];

const chainDecider: Decider<ChainState, ChainCommand, ChainEvent, TenantState> = {
  initialState: { queue: [] },
  decide: ({ queue }, command, { stream, global }) => {
    if (command.type === 'QueueEffect') return accept({ type: 'EffectQueued', data: command.data });
    const { effectId } = command.data;
    const [first, second, ...others] = queue;
    // It may be said twice: an effect that nobody wanted any more can still be heard to have succeeded.
    if (first?.effectId !== effectId)
      return refuseState(
        'not-first-in-chain',
        `effect ${effectId} is not the first one in chain ${stream.key}`,
      );
    const left = { type: 'EffectLeftChain', data: { effectId } } as const;
    if (second === undefined || webhookOf(second, global) !== undefined) return accept<ChainEvent>(left);
    return accept<ChainEvent>(left, { type: 'ChainDissolved', data: { dropped: 1 + others.length } });
  },
  evolve: ({ queue }, { type, data }) => {
    switch (type) {
      case 'EffectQueued':
        return { queue: [...queue, data] };
      case 'EffectLeftChain':
        return { queue: queue.slice(1) };
      case 'ChainDissolved':
        return { queue: [] };
    }
  },
  isTerminal: () => false,
};

/** Requests the first call, by what its webhook says now. */
const requestFirst = <D extends object>(
  isDue: (first: EffectQueuedData, data: D) => boolean,
): Reaction<ChainState, D, TenantState> => ({
  sends: ['RequestEffect'],
  react: ({ queue: [first] }, data, _stream, { global }) => {
    const webhook = webhookOf(first, global);
    if (first === undefined || webhook === undefined || !isDue(first, data)) return [];
    const { url, maxAttempts, firstRetryMs } = webhook;
    const request = { call: { ...first.call, url }, maxAttempts, firstRetryMs, pausesMs: [] };
    return [
      { to: { type: 'effect', key: first.effectId }, command: { type: 'RequestEffect', data: request } },
    ];
  },
});

const statusOf = ({ queue }: ChainState): Explanation['status'] => ({
  status: queue.length === 0 ? 'empty' : 'waiting',
});

/**
 * The stream of a chain key: key = `ORDER.WEBHOOK`, in the slot of its order. A call that stands in it is requested when
 * those before it have succeeded. One that was given up holds the others until somebody redrives it, as a parked event
 * does; where its webhook is gone, they are not made.
 */
export const chainStreamType = defineStreamType<ChainState, ChainCommand, ChainEvent, TenantState>({
  name: 'chain',
  foldId: 'chain-1',
  decider: chainDecider,
  closes: ({ queue }) => queue.length === 0,
  slotOf: (_tenant, key) => slotOfChain(key),
  commands: {
    QueueEffect: { emits: ['EffectQueued'], internal: true },
    LeaveChain: { emits: ['EffectLeftChain', 'ChainDissolved'], internal: true },
  },
  statusOf,
  explain: (state) => ({ status: statusOf(state), allowedCommands: [], mayRefuse: [] }),
  reactions: {
    EffectQueued: requestFirst<EffectQueuedData>((first, { effectId }) => first.effectId === effectId),
    EffectLeftChain: requestFirst(() => true),
  },
});
