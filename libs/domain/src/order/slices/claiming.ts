import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { ClaimWorkData, OrderEvent, ReleaseWorkData } from '../../messages/generated/order.ts';
import { isPersonalText } from '../personal-text.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import { handlingOf, type Claim, type OrderState } from '../state.ts';
import { isWorkList, workLists } from '../work.ts';

// Somebody takes a piece of work off a list, so that nobody else begins it too. It is theirs until an instant and then
// nobody's again, without anything happening. The goods and the money are free: a claim is a word among people.

const MINUTE_MS = 60_000;

/** The engine takes neither command without an actor. */
const named = (actor: string | null): string => actor ?? '';

/** Who works on it now. */
const claimOn = (state: OrderState, list: string, now: number): Claim | undefined =>
  handlingOf(state).claims.find((claim) => claim.list === list && claim.until > now);

const refuseClaimed = ({ list, by, until }: Claim): Decision<never> =>
  refuseState(
    'work-claimed',
    `${list} is claimed by ${isPersonalText(by) ? 'somebody else' : by} until ${new Date(until).toISOString()}`,
  );

const unknownList = (): Decision<never> =>
  refuseContent('unknown-list', `the lists of work are ${Object.keys(workLists).join(', ')}`, '/list');

const claim = (
  state: OrderState,
  { list, minutes }: ClaimWorkData,
  { now, may, actor }: OrderContext,
): Decision<OrderEvent> => {
  if (!isWorkList(list)) return unknownList();
  const taken = claimOn(state, list, now);
  if (taken !== undefined && taken.by !== actor) return refuseClaimed(taken);
  if (!workLists[list](state, may)) return refuseState('not-in-list', `the order is not in ${list}`);
  return accept({ type: 'WorkClaimed', data: { list, by: named(actor), until: now + minutes * MINUTE_MS } });
};

const release = (
  state: OrderState,
  { list }: ReleaseWorkData,
  { now, actor }: OrderContext,
): Decision<OrderEvent> => {
  if (!isWorkList(list)) return unknownList();
  const taken = claimOn(state, list, now);
  if (taken === undefined) return refuseState('not-claimed', `${list} is claimed by nobody`);
  return taken.by === actor
    ? accept({ type: 'WorkReleased', data: { list, by: taken.by } })
    : refuseClaimed(taken);
};

export const claimingCommands: CommandRules<'ClaimWork' | 'ReleaseWork'> = {
  ClaimWork: {
    emits: ['WorkClaimed'],
    gate: ['WorkClaimed'],
    mayRefuse: true,
    needsActor: true,
    decide: claim,
  },
  ReleaseWork: {
    emits: ['WorkReleased'],
    gate: ['WorkReleased'],
    mayRefuse: true,
    needsActor: true,
    decide: release,
  },
};

/** The order's claims but for the one on a list. */
const without = (state: OrderState, list: string): readonly Claim[] =>
  handlingOf(state).claims.filter((one) => one.list !== list);

export const claimingEvents: EventFolds<'WorkClaimed' | 'WorkReleased'> = {
  WorkClaimed: (state, { list, by, until }) => ({
    handling: { ...handlingOf(state), claims: [...without(state, list), { list, by, until }] },
  }),
  WorkReleased: (state, { list }) => ({
    handling: { ...handlingOf(state), claims: without(state, list) },
  }),
};
