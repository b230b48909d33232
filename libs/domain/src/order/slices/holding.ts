import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { HoldOrderData, OrderEvent, ReleaseHoldData } from '../../messages/generated/order.ts';
import { refusePersonalText } from '../personal-text.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import { handlingOf, type Handling, type Hold, type OrderState } from '../state.ts';

// Somebody stops an order, and says why. Nothing leaves the shelf or the house until everybody who did so has let go.
// Money, cancelling, and what is on its way already are not stopped.

/** An order is stopped for a few reasons at a time; more of them is a program that has lost its way. */
const MOST_HOLDS = 20;

const isOn = (holds: readonly Hold[], holdId: string): boolean => holds.some((one) => one.holdId === holdId);

/** `hold-1`, `hold-2` …; never one that was given before, and none that somebody has chosen. */
const nextName = ({ holds, held }: Handling): string => {
  let number = held + 1;
  while (isOn(holds, `hold-${number}`)) number += 1;
  return `hold-${number}`;
};

const hold = (state: OrderState, { holdId, reason }: HoldOrderData): Decision<OrderEvent> => {
  const handling = handlingOf(state);
  const { holds } = handling;
  if (holdId !== null && isOn(holds, holdId))
    return refuseState('hold-exists', `${holdId} holds the order already`);
  if (holds.length >= MOST_HOLDS)
    return refuseState('too-many-holds', `an order has at most ${MOST_HOLDS} holds at a time`);
  return (
    refusePersonalText(reason, '/reason') ??
    accept({ type: 'OrderHeld', data: { holdId: holdId ?? nextName(handling), reason } })
  );
};

const release = (state: OrderState, { holdId }: ReleaseHoldData): Decision<OrderEvent> => {
  const { holds } = handlingOf(state);
  return isOn(holds, holdId)
    ? accept({ type: 'HoldReleased', data: { holdId, last: holds.length === 1 } })
    : refuseContent('unknown-hold', `the order has no hold ${holdId}`, '/holdId');
};

export const holdingCommands: CommandRules<'HoldOrder' | 'ReleaseHold'> = {
  HoldOrder: { emits: ['OrderHeld'], gate: ['OrderHeld'], mayRefuse: true, decide: hold },
  ReleaseHold: {
    emits: ['HoldReleased', 'FulfilmentRequested'],
    gate: ['HoldReleased', 'HoldReleased:last'],
    mayRefuse: true,
    decide: release,
  },
};

export const holdingEvents: EventFolds<'OrderHeld' | 'HoldReleased'> = {
  OrderHeld: (state, { holdId, reason }) => {
    const handling = handlingOf(state);
    const holds = [...handling.holds, { holdId, reason }];
    return { handling: { ...handling, holds, held: handling.held + 1 } };
  },
  HoldReleased: (state, { holdId }) => {
    const handling = handlingOf(state);
    const holds = handling.holds.filter((one) => one.holdId !== holdId);
    return { handling: { ...handling, holds } };
  },
};
