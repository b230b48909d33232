import type { Command, Decider } from '@orderloom/decider';
import {
  domainRegistry,
  knownLifecycles,
  lifecycleOf,
  outstanding,
  tableStepper,
  type LineCounts,
  type OrderState,
  type TenantState,
} from '@orderloom/domain';

/** A status of a lifecycle, and what leads there from nothing: a placement, then commands from outside. */
export type WayTo = {
  readonly status: Readonly<Record<string, string>>;
  readonly placement: object;
  readonly commands: readonly Command[];
  readonly state: OrderState;
};

type Line = OrderState['placed']['lines'][number];

const ANYTHING = [{ lineId: 'a', quantity: 1 }];
const WHY = { reason: 'for a test' };

const linesWith = (state: OrderState, units: (line: Line, counts: LineCounts) => number) =>
  state.placed.lines.flatMap((line, index) => {
    const counts = state.lines[index];
    const quantity = counts === undefined ? 0 : units(line, counts);
    return quantity > 0 ? [{ lineId: line.lineId, quantity }] : [];
  });

/** All the units named, one unit of each line, and anything where there are none. */
const portions = (lines: readonly { readonly lineId: string }[]): readonly (readonly object[])[] =>
  lines.length === 0 ? [ANYTHING] : [lines, ...lines.map(({ lineId }) => [{ lineId, quantity: 1 }])];

/** All that is outstanding, by one leg; of no bill that there can be is nothing. */
const billOver = (state: OrderState) => {
  const amount = Math.max(1, outstanding(state));
  const leg = { legId: 'card', kind: 'card', provider: 'bank', amount };
  const billId = `bill-${(state.bills?.length ?? 0) + 1}`;
  return { billId, purpose: 'balance', amount, legs: [leg], balanceDue: null };
};

const NO_DISPUTE = { disputeId: 'dispute-0' };

/** Commands of every type that callers may send to this order; sensible ones wherever its status allows any. */
export const plausible = (state: OrderState): readonly Command[] => {
  const payment = { paymentId: 'p-1', provider: 'bank' };
  const { currency } = state.placed;
  const left = linesWith(state, (line, counts) => line.quantity - counts.cancelled - counts.shipped);
  const onShelf = linesWith(
    state,
    (line, counts) => line.quantity - counts.cancelled - counts.picked - counts.short,
  );
  const arrived = linesWith(state, (_line, counts) => counts.delivered - counts.returning - counts.returned);
  const underWay = state.parcels.filter(({ delivered }) => !delivered);
  const openReturn = state.returns.find(({ status }) => status === 'open')?.returnId ?? 'return-1';
  const refund = state.money.refunds.find(({ confirmed }) => !confirmed) ?? {
    refundId: 'refund-1',
    amount: 1,
  };
  const deadline = { ...WHY, deadline: state.deadline?.name ?? 'payment' };
  const named = (type: string, lines: ReturnType<typeof linesWith>, more: object = {}): Command[] =>
    portions(lines).map((some) => ({ type, data: { lines: some, ...more } }));
  return [
    { type: 'RequestApproval', data: WHY },
    { type: 'ApproveOrder', data: {} },
    { type: 'DeclineOrder', data: WHY },
    { type: 'ConfirmOrder', data: {} },
    { type: 'StartPayment', data: { ...payment, currency, amount: outstanding(state) } },
    { type: 'ConfirmPayment', data: { ...payment, currency, amount: outstanding(state) } },
    { type: 'ReportPaymentFailure', data: { ...payment, ...WHY } },
    { type: 'ReportPaymentUnknown', data: payment },
    { type: 'ReportPaymentMismatch', data: { ...payment, currency: 'XXX', amount: 1 } },
    { type: 'IssueBill', data: billOver(state) },
    { type: 'VoidBill', data: { billId: `bill-${state.bills?.length ?? 1}` } },
    { type: 'SendReminder', data: {} },
    ...named('PickLines', onShelf),
    ...named('ReportShortage', onShelf),
    ...named(
      'ReorderLines',
      linesWith(state, (_line, counts) => counts.short),
    ),
    ...named('ShipLines', left, { parcelId: `parcel-${state.parcels.length + 1}` }),
    ...(underWay.length > 0 ? underWay : [{ parcelId: 'none' }]).map(({ parcelId }) => ({
      type: 'ConfirmDelivery',
      data: { parcelId },
    })),
    { type: 'CancelOrder', data: { ...WHY, lines: null } },
    ...named('CancelOrder', left, WHY),
    ...named('RequestReturn', arrived, WHY),
    ...['ApproveReturn', 'ReportReturnShipped', 'ReceiveReturn'].map((type) => ({
      type,
      data: { returnId: openReturn },
    })),
    { type: 'InspectReturn', data: { ...WHY, returnId: openReturn, accepted: [] } },
    ...[true, false].map((accepted) => ({
      type: 'ResolveReturn',
      data: { ...WHY, accepted, returnId: openReturn },
    })),
    {
      type: 'ConfirmRefund',
      data: { refundId: refund.refundId, amount: refund.amount, paymentId: null, provider: null },
    },
    // Over more than there can be, and of a dispute that there is not: a dispute changes no status.
    { type: 'OpenDispute', data: { by: 'buyer', code: 'planted', amount: 10 ** 12 } },
    { type: 'AddEvidence', data: { ...NO_DISPUTE, by: 'buyer', reference: 'planted' } },
    {
      type: 'ResolveDispute',
      data: { ...NO_DISPUTE, ...WHY, outcome: 'seller', amount: 0, decidedBy: 'office' },
    },
    { type: 'CompleteOrder', data: WHY },
    { type: 'ReviewOrder', data: { rating: 4 } },
    { type: 'RescheduleDeadline', data: { ...deadline, due: null } },
    { type: 'ExtendDeadline', data: { ...deadline, byMs: 60_000 } },
    { type: 'HoldOrder', data: WHY },
    { type: 'ReleaseHold', data: { holdId: state.handling?.holds[0]?.holdId ?? 'hold-1' } },
    // In a list that there is not: a claim leads nowhere, and would only double what there is to walk through.
    { type: 'ClaimWork', data: { list: 'none', minutes: 30 } },
    { type: 'ReleaseWork', data: { list: 'none' } },
    { type: 'AdjustCharges', data: { ...WHY, fees: state.placed.fees === 0 ? 1 : 0 } },
    { type: 'EditReceiver', data: { receiver: { city: 'Lund' } } },
    { type: 'AddNote', data: { text: 'rings twice' } },
    ...[
      { region: 'fulfilment', status: 'delivered' },
      { region: 'fulfilment', status: 'shipped' },
      { region: 'payment', status: 'void' },
    ].map((forced) => ({ type: 'OverrideStatus', data: { ...WHY, ...forced } })),
  ];
};

const line = (lineId: string, quantity: number, unitPrice: number) => ({
  lineId,
  sku: `sku-${lineId}`,
  quantity,
  unitPrice,
  discount: 0,
  tax: null,
});

/** An order that costs something, one with a line that costs nothing, and one that costs nothing at all. */
const placements = (lifecycle: string): readonly object[] =>
  [[line('a', 4, 1000), line('b', 2, 500)], [line('a', 1, 1000), line('b', 4, 0)], [line('a', 2, 0)]].map(
    (lines) => ({
      lifecycle,
      currency: 'EUR',
      lines,
      total: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    }),
  );

const NOON = 1_717_416_000_000;
const PLACED = {
  buyerId: null,
  merchantId: null,
  receiver: null,
  externalId: null,
  allowRepeat: false,
  fields: {},
};
const NO_EXTRAS = { shipping: 0, fees: 0, discount: 0 };
const KEY = { tenant: 'main', type: 'order', key: '06avjvz8000000000000z' };

const folded = (type: string): Decider<unknown, Command, Command> => {
  const found = domainRegistry({ stepper: tableStepper }).types.find(({ name }) => name === type);
  if (found === undefined) throw new Error(`there is no stream type ${type}`);
  return found.decider;
};

const publishedTenant = (): TenantState => {
  const { initialState, evolve } = folded('tenant');
  const events = [
    { type: 'TenantCreated', data: {} },
    ...knownLifecycles.map((data) => ({ type: 'LifecyclePublished', data })),
  ];
  const context = { stream: { tenant: 'main', type: 'tenant', key: 'main' }, recordedAt: NOON, global: {} };
  return events.reduce(
    (state, event, index) => evolve(state, event, { ...context, version: index + 1 }),
    initialState,
  ) as TenantState;
};

/** What a command makes of an order; `undefined`: it is refused. */
const stepper = (tenant: TenantState) => {
  const { decide, evolve } = folded('order');
  const context = { stream: KEY, global: tenant, globalVersion: 1, actor: 'ann', channel: null };
  return (state: OrderState, command: Command): OrderState | undefined => {
    const decision = decide(state, command, { ...context, now: NOON });
    if (decision.outcome !== 'accepted') return undefined;
    const recorded = { ...context, recordedAt: NOON, version: 1 };
    return decision.events.reduce<unknown>((now, event) => evolve(now, event, recorded), state) as OrderState;
  };
};

/** States that look alike in a status and in what they accept; so many of each are followed further. */
const ALIKE = 3;

/**
 * The shortest way to every status of a lifecycle that callers can bring an order to, breadth first over the pure
 * decider; and the statuses that no way was found to.
 */
export const waysToEveryStatus = (
  lifecycle: string,
): { readonly ways: readonly WayTo[]; readonly unreached: readonly object[] } => {
  const tenant = publishedTenant();
  const compiled = lifecycleOf(tenant, tenant.current[lifecycle] ?? '');
  if (compiled === undefined) throw new Error(`there is no lifecycle ${lifecycle}`);
  const after = stepper(tenant);
  const empty = folded('order').initialState as OrderState;
  const queue = placements(lifecycle).flatMap((placement): WayTo[] => {
    const state = after(empty, { type: 'PlaceOrder', data: { ...PLACED, ...NO_EXTRAS, ...placement } });
    return state === undefined ? [] : [{ status: {}, placement, commands: [], state }];
  });
  const first = new Map<number, WayTo>();
  const alike = new Map<string, number>();
  for (const way of queue) {
    const { state, commands } = way;
    const next = plausible(state).map((command) => ({ command, state: after(state, command) }));
    const accepted = new Set(next.filter((one) => one.state).map(({ command }) => command.type));
    const likeness = [state.status, ...accepted].join();
    const met = alike.get(likeness) ?? 0;
    if (met >= ALIKE) continue;
    alike.set(likeness, met + 1);
    if (!first.has(state.status))
      first.set(state.status, { ...way, status: compiled.statuses[state.status] ?? {} });
    if (first.size === compiled.statuses.length) break;
    for (const { command, state: then } of next)
      if (then) queue.push({ ...way, commands: [...commands, command], state: then });
  }
  return {
    ways: [...first.values()],
    unreached: compiled.statuses.filter((_status, index) => !first.has(index)),
  };
};
