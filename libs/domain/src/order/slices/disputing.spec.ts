import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OpenDisputeData, OrderEvent } from '../../messages/generated/order.ts';
import { isAtRest } from '../at-rest.ts';
import {
  cancelled,
  delivered,
  orderPlaced,
  paid,
  refundDue,
  returnRequested,
  shipped,
  units,
} from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import { workLists } from '../work.ts';

const DAY = 24 * 60 * 60 * 1000;
const all = units('a', 2, 'b', 1);
const bank = { paymentId: 'pay-1', provider: 'bank' };
const nobody = { paymentId: null, provider: null };
const opened = (more: Partial<OpenDisputeData> & { readonly disputeId?: string } = {}) =>
  ({
    type: 'DisputeOpened',
    data: { disputeId: 'dispute-1', by: 'buyer', amount: 1000, code: 'not-as-described', ...nobody, ...more },
  }) as const;
const chargeback = (amount = 3499) =>
  opened({ disputeId: 'cb-7', by: 'provider', amount, code: '10.4', ...bank });
const resolve = (outcome: 'buyer' | 'seller', amount: number, disputeId = 'dispute-1') =>
  ({
    type: 'ResolveDispute',
    data: { disputeId, outcome, amount, decidedBy: 'office', reason: 'photos' },
  }) as const;
const resolved = (
  outcome: 'buyer' | 'seller',
  amount: number,
  refundId: string | null,
  disputeId = 'dispute-1',
) =>
  ({
    type: 'DisputeResolved',
    data: { disputeId, outcome, amount, decidedBy: 'office', reason: 'photos', refundId, released: 0 },
  }) as const;

describe.each([tableStepper, xstateStepper])('disputing, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const tenant = exampleTenant({ completeAfterMs: 7 * DAY });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant, actor: 'ann' });
  const due = NOON + 7 * DAY;
  const arrival = delivered('p1', all, true);
  const arrived: readonly OrderEvent[] = [
    ...[orderPlaced(), paid(), shipped('p1', all, true)],
    { ...arrival, data: { ...arrival.data, due } },
  ];
  const command = ({ data }: ReturnType<typeof opened>) => ({ type: 'OpenDispute', data }) as const;

  it('is disputed by its buyer or by a provider, whatever became of the goods', () => {
    given(orderPlaced(), paid())
      .when({ ...command(opened()), data: { ...opened().data, disputeId: null } })
      .then(opened());
    given(...arrived)
      .when(command(chargeback()))
      .then(chargeback());
  });

  it('is disputed no further than its money goes, and once under a name', () => {
    given(orderPlaced()).when(command(opened())).thenRejected('not-allowed-now', { kind: 'state' });
    given(...arrived)
      .when(command(opened({ amount: 3500 })))
      .thenRejected('amount-mismatch', { pointer: '/amount' });
    given(...arrived, chargeback(3000))
      .when(command(opened({ amount: 500 })))
      .thenRejected('amount-mismatch', { pointer: '/amount' });
    given(...arrived, chargeback())
      .when(command(opened()))
      .thenRejected('nothing-to-dispute', { kind: 'state' });
    given(...arrived, opened())
      .when(command(opened()))
      .thenRejected('dispute-known', { kind: 'state' });
  });

  it('knows the payment that a provider disputes', () => {
    given(...arrived)
      .when(command(opened({ by: 'provider' })))
      .thenRejected('unknown-payment', { pointer: '/paymentId' });
    given(...arrived)
      .when(command(opened({ by: 'provider', paymentId: 'pay-9', provider: 'bank' })))
      .thenRejected('unknown-payment', { pointer: '/paymentId' });
  });

  it('notes where evidence stands, and no more of it', () => {
    const said = { disputeId: 'dispute-1', by: 'seller', reference: 'files/photo-1' };
    given(...arrived, opened())
      .when({ type: 'AddEvidence', data: said })
      .then({ type: 'EvidenceAdded', data: said });
    given(...arrived, opened())
      .when({ type: 'AddEvidence', data: { ...said, reference: 'ann@mail.example' } })
      .thenRejected('personal-data', { pointer: '/reference' });
    given(...arrived)
      .when({ type: 'AddEvidence', data: said })
      .thenRejected('nothing-disputed', { kind: 'state' });
  });

  it('gives back what was decided for its buyer, once', () => {
    const events = [resolved('buyer', 600, 'refund-1'), refundDue('refund-1', 600)];
    given(...arrived, opened())
      .when(resolve('buyer', 600))
      .then(...events);
    given(...arrived, opened(), ...events)
      .when(resolve('buyer', 600))
      .thenRejected('nothing-disputed', { kind: 'state' });
    given(...arrived, opened(), ...events, opened({ disputeId: 'dispute-2' }))
      .when(resolve('buyer', 600))
      .thenRejected('dispute-resolved', { kind: 'state' });
  });

  it('gives nothing back where it was decided for its seller', () => {
    given(...arrived, opened())
      .when(resolve('seller', 0))
      .then(resolved('seller', 0, null));
    given(...arrived, opened())
      .when(resolve('seller', 1))
      .thenRejected('amount-mismatch', { pointer: '/amount' });
    given(...arrived, opened())
      .when(resolve('buyer', 1001))
      .thenRejected('amount-mismatch', { pointer: '/amount' });
    given(...arrived, opened())
      .when(resolve('buyer', 0))
      .thenRejected('amount-mismatch', { pointer: '/amount' });
    given(...arrived, opened())
      .when(resolve('seller', 0, 'dispute-9'))
      .thenRejected('unknown-dispute', { pointer: '/disputeId' });
    const { type, data } = resolve('seller', 0);
    given(...arrived, opened())
      .when({ type, data: { ...data, decidedBy: 'ann@mail.example' } })
      .thenRejected('personal-data', { pointer: '/decidedBy' });
  });

  it('takes money that its provider has taken for given back: nobody is asked to give it back once more', () => {
    const registered = {
      ...tenant,
      providers: { bank: { refunds: true } } as unknown as NonNullable<typeof tenant.providers>,
    };
    const back = { refundId: 'refund-1', amount: 3499, paymentId: null, provider: null, last: true };
    const events: readonly OrderEvent[] = [
      resolved('buyer', 3499, 'refund-1', 'cb-7'),
      refundDue('refund-1', 3499),
      { type: 'RefundConfirmed', data: back },
    ];
    given(...arrived, chargeback())
      .when(resolve('buyer', 3499, 'cb-7'))
      .then(...events);
    const withProvider = scenarios(order, { stream: exampleOrder, now: NOON, global: registered });
    withProvider(...arrived, chargeback(), ...events.slice(0, 2)).thenSends();
    withProvider(...arrived, chargeback(), ...events).thenSends();
  });

  it('keeps what is disputed: it is given back in no other way meanwhile', () => {
    const back = [...arrived, returnRequested('return-1', all)];
    const accept = {
      type: 'ResolveReturn',
      data: { returnId: 'return-1', accepted: true, exchange: false, reason: '' },
    } as const;
    given(...back, opened())
      .when(accept)
      .thenRejected('money-disputed', { kind: 'state' });
    given(orderPlaced(), paid(), opened())
      .when({ type: 'CancelOrder', data: { reason: 'late', lines: null } })
      .thenRejected('money-disputed', { kind: 'state' });
    const some = [...arrived, returnRequested('return-1', units('b', 1)), opened()];
    const end = { returnId: 'return-1', accepted: true, lines: units('b', 1), declined: [], amount: 1166 };
    given(...some)
      .when(accept)
      .then(
        { type: 'ReturnResolved', data: { ...end, exchanged: false, reason: '', last: true } },
        refundDue('refund-1', 1166),
      );
    given(orderPlaced(), paid(), opened(), resolved('seller', 0, null))
      .when({ type: 'CancelOrder', data: { reason: 'late', lines: null } })
      .then({ ...cancelled(), data: { ...cancelled().data, reason: 'late' } }, refundDue('refund-1', 3499));
  });

  it('is not closed while it is disputed', () => {
    expect(isAtRest(given(...arrived).state)).toBe(true);
    const { state } = given(...arrived, opened());
    expect(isAtRest(state)).toBe(false);
    expect(order.nextDeadline?.(state)).toBeUndefined();
    given(...arrived, opened())
      .when({ type: 'CompleteOrder', data: { reason: 'done' } })
      .thenRejected('dispute-open', { kind: 'state' });
    const over = given(...arrived, opened(), resolved('seller', 0, null)).state;
    expect(isAtRest(over)).toBe(true);
    expect(order.nextDeadline?.(over)).toMatchObject({ name: 'complete', due });
  });

  it('is in the list of those that somebody has to decide', () => {
    const isListed = (...events: readonly OrderEvent[]) =>
      workLists.disputed(given(...events).state, () => true);
    expect(isListed(...arrived)).toBe(false);
    expect(isListed(...arrived, opened())).toBe(true);
    expect(isListed(...arrived, opened(), resolved('seller', 0, null))).toBe(false);
  });
});
