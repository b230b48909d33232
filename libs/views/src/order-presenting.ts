import {
  deadlinesOf,
  fulfilmentKeyOf,
  isRunning,
  orderSections,
  surplusOf,
  type OrderState,
} from '@orderloom/domain';
import { instant } from './instant.ts';
import type { OrderDocument } from './order-document.ts';
import type { Stored } from './stream-view.ts';

const linesOf = ({ placed, lines }: OrderState) =>
  placed.lines.map((line, index) => ({ ...line, units: lines[index] ?? null }));

/** What an order costs and what of it was paid, in minor units. */
export const moneyOf = ({ placed, money }: OrderState) => ({
  currency: placed.currency,
  shipping: placed.shipping,
  fees: placed.fees,
  discount: placed.discount,
  total: placed.total,
  paid: money.paid,
  surplus: surplusOf(money),
  reduced: money.reduced,
  outstanding: placed.total - money.reduced - money.paid,
});

const lifecycleOf = (reference: string) => {
  const [named = '', hash = ''] = reference.split('#');
  const [name = '', version = ''] = named.split('@');
  return { name, version: Number(version), hash };
};

/** What the order waits for, the earliest first. */
const pendingOf = (state: OrderState) =>
  deadlinesOf(state)
    .filter((deadline) => isRunning(state, deadline))
    .sort((a, b) => a.due - b.due);

/** An order as readers get it; the receiver is still sealed. Instants are ISO 8601, amounts in minor units. */
export const presentOrder = ({ id, version, document }: Stored<OrderDocument>) => {
  const { state } = document;
  return {
    orderId: id,
    buyerId: state.placed.buyerId,
    merchantId: state.placed.merchantId,
    externalId: state.placed.externalId,
    aliasRefused: document.aliasRefused,
    fields: state.placed.fields ?? {},
    lifecycle: lifecycleOf(state.lifecycle),
    status: document.status,
    money: moneyOf(state),
    lines: linesOf(state),
    payments: document.payments.map((payment) => ({ ...payment, at: instant(payment.at) })),
    holds: state.handling?.holds ?? [],
    claims: (state.handling?.claims ?? []).map((claim) => ({ ...claim, until: instant(claim.until) })),
    notes: document.notes.map((note) => ({ ...note, at: instant(note.at) })),
    parcels: state.parcels,
    fulfilments: state.parts.map((part, index) => ({
      fulfilmentId: fulfilmentKeyOf(id, index + 1),
      ...part,
    })),
    returns: state.returns,
    bills: (state.bills ?? []).map(({ expires, balanceDue, ...bill }) => ({
      ...bill,
      expires: instant(expires),
      balanceDue: balanceDue === null ? null : instant(balanceDue),
    })),
    disputes: state.disputes ?? [],
    withheld: state.withheld ?? 0,
    refunds: state.money.refunds,
    reminders: state.reminders,
    deadlines: pendingOf(state).map(({ name, due }) => ({ name, due: instant(due) })),
    review: state.review ?? null,
    receiver: document.receiver,
    placedAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
    version,
    sections: orderSections(state),
  };
};

/** What lists show of an order: enough to find it again. */
export const summarizeOrder = ({ id, version, document }: Stored<OrderDocument>) => ({
  orderId: id,
  buyerId: document.state.placed.buyerId,
  merchantId: document.state.placed.merchantId,
  lifecycle: lifecycleOf(document.state.lifecycle).name,
  lifecycleVersion: lifecycleOf(document.state.lifecycle).version,
  status: document.status,
  deadlines: pendingOf(document.state).map(({ name, due }) => ({ name, due: instant(due) })),
  fields: document.state.placed.fields ?? {},
  currency: document.state.placed.currency,
  total: document.state.placed.total,
  placedAt: instant(document.createdAt),
  updatedAt: instant(document.updatedAt),
  version,
});

/** An order as lists show it. */
export type OrderSummary = ReturnType<typeof summarizeOrder>;
