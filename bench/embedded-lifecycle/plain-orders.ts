// An order as the peers keep it: one status, one event a command, personal data in clear. They have no stock, no buyer
// guard, no deadlines and no views; each of these would cost them more.
import type { Act, Step } from '../load/workload.ts';

export type Status = 'placed' | 'paid' | 'shipped' | 'delivered';

type Rule = { readonly from: Status | null; readonly to: Status; readonly event: string };

export const RULES: Readonly<Record<Act, Rule>> = {
  place: { from: null, to: 'placed', event: 'OrderPlaced' },
  pay: { from: 'placed', to: 'paid', event: 'OrderPaid' },
  ship: { from: 'paid', to: 'shipped', event: 'OrderShipped' },
  deliver: { from: 'shipped', to: 'delivered', event: 'OrderDelivered' },
};

export const orderIdOf = (order: number): string => `order-${String(order).padStart(7, '0')}`;

/** What an event holds: the command's content, and who asked for it, through what and when. 250 bytes of JSON on average. */
export const eventData = (step: Step): object => ({
  ...step.content,
  actor: 'svc-checkout',
  channel: 'web',
  occurredAt: 1_760_000_000_000 + step.order,
});

export const refusal = (step: Step, status: string | null): Error =>
  new Error(`${step.commandId} was refused: the order is ${status ?? 'not there'}`);
