import { accept, refuseContent, refuseState, timeOfOrderId, type Decision } from '@orderloom/decider';
import type {
  ExtendDeadlineData,
  OrderEvent,
  RescheduleDeadlineData,
} from '../../messages/generated/order.ts';
import { deadlinesOf } from '../deadlines.ts';
import { refuseUnlessAhead } from '../instants.ts';
import { refusePersonalText } from '../personal-text.ts';
import { delayOf } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderDeadline, OrderState } from '../state.ts';

// A deadline that runs is moved because somebody says so, and why. Another policy alone moves none.

type Found = { readonly held: OrderDeadline } | { readonly refusal: Decision<never> };

const find = (state: OrderState, name: string, { lifecycle }: OrderContext): Found => {
  const held = deadlinesOf(state).find((one) => one.name === name);
  if (held) return { held };
  const known = lifecycle?.definition.deadlines.some((rule) => rule.name === name);
  return {
    refusal: known
      ? refuseState('no-deadline', `the order does not wait for its ${name} deadline`)
      : refuseContent('unknown-deadline', `the lifecycle has no deadline ${name}`, '/deadline'),
  };
};

const moved = (
  { name, due }: OrderDeadline,
  until: number,
  reason: string,
  { globalVersion }: OrderContext,
): Decision<OrderEvent> =>
  until === due
    ? refuseState('deadline-unchanged', `${name} is due at ${new Date(due).toISOString()} already`)
    : (refusePersonalText(reason, '/reason') ??
      accept({
        type: 'DeadlineRescheduled',
        data: { deadline: name, until, reason, policyVersion: globalVersion },
      }));

/** When it would be due had the policy of now been there when it began: never before now. `undefined`: never at all. */
const byPolicy = (held: OrderDeadline, context: OrderContext): number | undefined => {
  const { global, lifecycle, stream, now } = context;
  const rule = lifecycle?.deadlines.find(({ name }) => name === held.name);
  const delay = rule ? delayOf(global.policy, rule, held.by) : 0;
  const began = held.since ?? timeOfOrderId(stream.key);
  return delay === 0 || began === undefined ? undefined : Math.max(now, began + delay);
};

const reschedule = (
  state: OrderState,
  { deadline, due, reason }: RescheduleDeadlineData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const found = find(state, deadline, context);
  if ('refusal' in found) return found.refusal;
  if (due !== null)
    return refuseUnlessAhead(context.now, due, '/due') ?? moved(found.held, due, reason, context);
  const until = byPolicy(found.held, context);
  return until === undefined
    ? refuseState('no-delay', `the policy has no delay for ${deadline}; name an instant`)
    : moved(found.held, until, reason, context);
};

const extend = (
  state: OrderState,
  { deadline, byMs, reason }: ExtendDeadlineData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const found = find(state, deadline, context);
  if ('refusal' in found) return found.refusal;
  const until = found.held.due + byMs;
  return refuseUnlessAhead(context.now, until, '/byMs') ?? moved(found.held, until, reason, context);
};

const waits = ({ deadline }: OrderState): boolean => deadline !== null;

export const reschedulingCommands: CommandRules<'RescheduleDeadline' | 'ExtendDeadline'> = {
  RescheduleDeadline: {
    emits: ['DeadlineRescheduled'],
    gate: ['DeadlineRescheduled'],
    applies: waits,
    mayRefuse: true,
    decide: reschedule,
  },
  ExtendDeadline: {
    emits: ['DeadlineRescheduled'],
    gate: ['DeadlineRescheduled'],
    applies: waits,
    mayRefuse: true,
    decide: extend,
  },
};

/** What it does to the deadline is the matter of all deadlines. */
export const reschedulingEvents: EventFolds<'DeadlineRescheduled'> = { DeadlineRescheduled: () => ({}) };
