import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { AdjustChargesData, OrderEvent } from '../../messages/generated/order.ts';
import type { Charges } from '../../messages/generated/types.ts';
import { moneyFault } from '../../money.ts';
import { outstanding, owedWith } from '../giving-back.ts';
import { isOpen } from '../payments.ts';
import { refusePersonalText } from '../personal-text.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { approvalOfMore } from './approving.ts';

// An operator changes what an order costs besides its lines, as long as nothing of it is paid: shipping and fees are spread
// over all units anew, those that were cancelled or came back as well, so that every share stays exact.

const chargesOf = (state: OrderState): Charges => {
  const { shipping, fees, total } = state.placed;
  return { shipping, fees, total, outstanding: outstanding(state) };
};

const adjust = (
  state: OrderState,
  { shipping, fees, reason }: AdjustChargesData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const { placed } = state;
  const before = chargesOf(state);
  const asked = { shipping: shipping ?? before.shipping, fees: fees ?? before.fees };
  if (asked.shipping === before.shipping && asked.fees === before.fees)
    return refuseState('charges-unchanged', 'shipping and fees are what they are to be already');
  const total = before.total - before.shipping - before.fees + asked.shipping + asked.fees;
  const priced = { ...placed, ...asked, total };
  const fault = moneyFault(priced);
  if (fault) return refuseContent(fault.code, fault.reason, shipping === null ? '/fees' : '/shipping');
  const after = { ...asked, total, outstanding: owedWith(state, priced) };
  const more = total > before.total ? approvalOfMore(priced, context) : [];
  return (
    refusePersonalText(reason, '/reason') ??
    accept<OrderEvent>(
      { type: 'ChargesAdjusted', data: { before, after, reason } },
      ...more,
      ...noDebt(after, context),
    )
  );
};

/** Where nothing is owed any more and the lifecycle has a word for it, the debt is over. */
const noDebt = (after: Charges, { may }: OrderContext): readonly OrderEvent[] =>
  after.outstanding === 0 && may('PaymentVoided') ? [{ type: 'PaymentVoided', data: {} }] : [];

/** Whoever pays, or has paid, does so by what it cost then. */
const settled = ({ money }: OrderState): Decision<never> | undefined => {
  const open = money.payments.find(isOpen);
  if (open)
    return refuseState(
      'payment-under-way',
      `payment ${open.paymentId} of ${open.provider} is under way; what the order costs can change once it is reported as failed`,
    );
  return money.paid === 0
    ? undefined
    : refuseState(
        'order-paid',
        `${money.paid} of the order is paid; cancel lines or take them back to give money back, and have anything more paid by another order`,
      );
};

export const adjustingCommands: CommandRules<'AdjustCharges'> = {
  AdjustCharges: {
    emits: ['ChargesAdjusted', 'ApprovalRequested', 'PaymentVoided', 'BillVoided'],
    gate: ['ChargesAdjusted'],
    applies: ({ money }) => money.paid === 0,
    shutBy: settled,
    mayRefuse: true,
    needsActor: true,
    decidesOn: () => 'payment',
    decide: adjust,
  },
};

export const adjustingEvents: EventFolds<'ChargesAdjusted'> = {
  ChargesAdjusted: ({ placed, money }, { after }) => {
    const { shipping, fees, total } = after;
    const { paid, refunds, payments } = money;
    return {
      placed: { ...placed, shipping, fees, total },
      money: { paid, reduced: total - paid - after.outstanding, refunds, payments },
    };
  },
};
