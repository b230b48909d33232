import { accept, refuseState, type Decider, type Decision, type Verdict } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { HookRegisteredData } from '../messages/generated/tenant.ts';
import { hooksBefore, hooksFor } from '../tenant/hooks.ts';
import type { TenantState } from '../tenant/state.ts';
import { ledTo } from './led-to.ts';
import type { Stepper } from './lifecycle/stepper.ts';
import { paymentNamed } from './payments.ts';
import { lifecycleOf } from './published.ts';
import type { EventFolds } from './slice.ts';
import { handlingOf, type OrderState } from './state.ts';

// A tenant may have somebody asked before an order is placed or paid: whoever lets the command in asks, and the verdict
// comes with it. What it says is recorded with what follows from it. Money that is there already is never refused: where
// nobody was asked about it, the goods stay until somebody has looked.

type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, TenantState>;
type Accepted = Extract<Decision<OrderEvent>, { readonly outcome: 'accepted' }>;

export const verdictEvents: EventFolds<'VerdictGiven'> = { VerdictGiven: () => ({}) };

const PAID_UNCHECKED = 'unchecked-payment';

const holdNameOf = (hook: string): string => `hook:${hook}`;

/** Why it stops, for whoever looks at the held order: no word of theirs but a code. */
const holdReasonOf = ({ hook, by, reason }: Verdict): string => {
  if (by === 'time-out') return `${hook} has not answered in time`;
  return by === 'failure' ? `${hook} could not be asked` : `${hook}: ${reason ?? 'no reason given'}`;
};

const refusedBy = ({ hook, by, reason }: Verdict): Decision<never> =>
  by === 'hook'
    ? refuseState('refused-by-hook', `${hook} refuses it: ${reason ?? 'no reason given'}`)
    : refuseState(
        'hook-unanswered',
        by === 'time-out'
          ? `${hook} has not answered in time, and nothing goes on without it`
          : `${hook} could not be asked, and nothing goes on without it`,
      );

const given = (before: string, verdicts: readonly Verdict[]): readonly OrderEvent[] =>
  verdicts.map(({ hook, verdict, reason, by, tookMs }) => ({
    type: 'VerdictGiven',
    data: { ...{ hook, before, reason, by, tookMs }, verdict: verdict === 'hold' ? 'hold' : 'pass' },
  }));

const held = (state: OrderState, stopping: readonly Verdict[]): readonly OrderEvent[] => {
  const { holds } = handlingOf(state);
  return stopping
    .filter(({ hook }) => !holds.some(({ holdId }) => holdId === holdNameOf(hook)))
    .map((verdict) => ({
      type: 'OrderHeld',
      data: { holdId: holdNameOf(verdict.hook), reason: holdReasonOf(verdict) },
    }));
};

const missing = (hooks: readonly HookRegisteredData[], verdicts: readonly Verdict[]) =>
  hooks.filter(({ name }) => !verdicts.some(({ hook }) => hook === name));

/** `decide`, which accepts nothing that a hook of the tenant has not passed. */
export const withVerdicts = (
  stepper: Stepper,
  { decide, evolve }: Pick<OrderDecider, 'decide' | 'evolve'>,
): OrderDecider['decide'] => {
  type Context = Parameters<typeof decide>[2];

  /** The state that a decision leads to, and whether it can be held there. */
  const behindOf = (state: OrderState, { events }: Accepted, context: Context) => {
    const behind = ledTo(evolve, state, events, context);
    const lifecycle = lifecycleOf(context.global, behind.lifecycle);
    return {
      behind,
      canBeHeld: lifecycle !== undefined && stepper.next(lifecycle, behind.status, 'OrderHeld') >= 0,
    };
  };

  const judged = (
    { state, decision }: { readonly state: OrderState; readonly decision: Accepted },
    { hooks, verdicts }: { hooks: readonly HookRegisteredData[]; verdicts: readonly Verdict[] },
    context: Context,
  ): Decision<OrderEvent> => {
    const lacking = missing(hooks, verdicts);
    if (lacking.length > 0)
      return refuseState(
        'verdict-missing',
        `${lacking.map(({ name }) => name).join(', ')} must be asked first; send it through an edge, which does so`,
      );
    const named = hooks.flatMap(({ name }) => verdicts.find(({ hook }) => hook === name) ?? []);
    const refusing = named.find(({ verdict }) => verdict === 'refuse');
    if (refusing) return refusedBy(refusing);
    const stopping = named.filter(({ verdict }) => verdict === 'hold');
    const before = hooks[0]?.before ?? '';
    const said = given(before, named);
    if (stopping.length === 0) return accept(...decision.events, ...said);
    const { behind, canBeHeld } = behindOf(state, decision, context);
    if (canBeHeld) return accept(...decision.events, ...said, ...held(behind, stopping));
    // What cannot be held must not begin; where the goods have left already there is nothing to hold any more.
    return before === 'placing'
      ? refuseState(
          'refused-by-hook',
          `${stopping[0]?.hook ?? ''} holds it, and such an order cannot be held`,
        )
      : accept(...decision.events, ...said);
  };

  /** Money that came without a start: nobody could be asked before it, and it is there. */
  const unchecked = (state: OrderState, decision: Accepted, context: Context): Decision<OrderEvent> => {
    const paid = decision.events.find((event) => event.type === 'PaymentConfirmed');
    if (!paid || paymentNamed(state, paid.data) || hooksBefore(context.global, 'paying').length === 0)
      return decision;
    const { behind, canBeHeld } = behindOf(state, decision, context);
    const isHeld = handlingOf(behind).holds.some(({ holdId }) => holdId === PAID_UNCHECKED);
    if (!canBeHeld || isHeld) return decision;
    const reason = 'paid before anybody was asked';
    return accept<OrderEvent>(...decision.events, {
      type: 'OrderHeld',
      data: { holdId: PAID_UNCHECKED, reason },
    });
  };

  return (state, command, context) => {
    const decision = decide(state, command, context);
    const { global, verdicts = [] } = context;
    if (global.hooks === undefined || decision.outcome !== 'accepted') return decision;
    if (command.type === 'ConfirmPayment') return unchecked(state, decision, context);
    const hooks = hooksFor(global, { stream: 'order', type: command.type });
    if (hooks.length === 0 || verdicts === null) return decision;
    return judged({ state, decision }, { hooks, verdicts }, context);
  };
};
