// Legs of a bill are frozen, taken and let go by calls, where the tenant has registered their providers so; whatever is
// known of a leg, by whatever road, ends the calls about it, and so does the end of its bill.
import { describe, expect, test } from '@jest/globals';
import { orderIdOf, type Reaction } from '@orderloom/decider';
import type { BillLeg, EffectCall } from '../messages/generated/types.ts';
import { exampleOrder, exampleTenant, NOON } from '../order/examples.ts';
import { noOrder, type OrderState } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { askLegs } from './asking-legs.ts';
import { legKeyOf, slotOfEffect } from './effect-key.ts';
import { reportingUnknown } from './given-up.ts';
import { noEffect } from './state.ts';

const account = (name: string, legs = true) => ({
  ...{ name, silenceMs: 30_000, pausesMs: [], refunds: false, legs },
});
const tenantWith = (...providers: readonly ReturnType<typeof account>[]): TenantState => ({
  ...exampleTenant(),
  providers: Object.fromEntries(providers.map((one) => [one.name, one])),
});
const both = tenantWith(account('coupons'), account('bank'));
const legs: readonly BillLeg[] = [
  { legId: 'coupon', kind: 'coupon', provider: 'coupons', amount: 300 },
  { legId: 'card', kind: 'card', provider: 'bank', amount: 700 },
];
const [coupon, card] = legs as [BillLeg, BillLeg];
const billOf = (billId: string) => ({
  ...{ billId, purpose: 'balance', amount: 1_000, expires: NOON, balanceDue: null, status: 'open' as const },
  legs: legs.map((leg) => ({ ...leg, status: 'asked' as const })),
});
/** Its second bill is the one that is spoken of. */
const state: OrderState = {
  ...noOrder,
  placed: { ...noOrder.placed, currency: 'EUR' },
  bills: [billOf('b1'), billOf('b2')],
};
const keyOf = (provider: string, what: string): string => `${exampleOrder.key}.2.${provider}.${what}`;

const behind = <D extends { readonly billId: string }>(
  { react }: Reaction<OrderState, D, TenantState>,
  data: Omit<D, 'billId'>,
  global = both,
) => react(state, { billId: 'b2', ...data } as D, exampleOrder, { recordedAt: NOON, version: 7, global });
const sent = (commands: ReturnType<typeof behind>): readonly string[] =>
  commands.map(({ to, command }) => `${command.type} ${to.key}`);

const issued = { purpose: 'balance', amount: 1_000, legs, expires: NOON, balanceDue: null, last: true };

describe('a leg of a bill', () => {
  test('is frozen by a call of its own, whose id is what its provider knows it by', () => {
    const commands = behind(askLegs.BillIssued, issued);
    expect(sent(commands)).toEqual([
      `RequestEffect ${keyOf('coupons', 'freeze-1')}`,
      `RequestEffect ${keyOf('bank', 'freeze-2')}`,
    ]);
    const { call } = commands[1]?.command.data as { call: EffectCall };
    expect([call.handler, call.name, call.subject]).toEqual(['leg-freeze', 'bank', exampleOrder.key]);
    expect(JSON.parse(call.data)).toEqual({
      ...{ billId: 'b2', legId: 'card', key: keyOf('bank', 'freeze-2') },
      ...{ paymentId: 'b2/card', amount: 700, currency: 'EUR' },
    });
    expect(slotOfEffect(legKeyOf(orderIdOf(NOON, 7, 1), 2, 'bank', 'freeze', 2))).toBe(7);
  });

  test('is asked of nobody where its provider does not do that', () => {
    const clock = { mode: 'simulated', now: NOON, deadlines: 'awake' } as const;
    for (const tenant of [exampleTenant(), tenantWith(account('bank', false)), { ...both, clock }])
      expect(behind(askLegs.BillIssued, issued, tenant)).toEqual([]);
    const strange = legs.map((leg) => ({ ...leg, provider: 'constructor' }));
    expect(behind(askLegs.BillIssued, { ...issued, legs: strange })).toEqual([]);
  });

  test('is taken once all are frozen', () => {
    expect(sent(behind(askLegs.LegFrozen, { legId: 'coupon', capture: [] }))).toEqual([
      `SettleEffect ${keyOf('coupons', 'freeze-1')}`,
    ]);
    const commands = behind(askLegs.LegFrozen, { legId: 'card', capture: legs });
    expect(sent(commands)).toEqual([
      `SettleEffect ${keyOf('bank', 'freeze-2')}`,
      `RequestEffect ${keyOf('coupons', 'capture-1')}`,
      `RequestEffect ${keyOf('bank', 'capture-2')}`,
    ]);
    const { call } = commands[2]?.command.data as { call: EffectCall };
    expect(JSON.parse(call.data)).toMatchObject({ key: keyOf('bank', 'freeze-2') });
    expect(sent(behind(askLegs.LegCaptured, { legId: 'card', capture: [coupon] }))).toContain(
      `RequestEffect ${keyOf('coupons', 'capture-1')}`,
    );
  });

  test('is let go with its bill, and nothing else is asked for it any more', () => {
    expect(sent(behind(askLegs.BillVoided, { cause: 'expired', release: [card] }))).toEqual([
      `SettleEffect ${keyOf('bank', 'freeze-2')}`,
      `SettleEffect ${keyOf('bank', 'capture-2')}`,
      `RequestEffect ${keyOf('bank', 'release-2')}`,
    ]);
    expect(sent(behind(askLegs.LegFailed, { legId: 'coupon', reason: '', unknown: false }))).toEqual([
      `SettleEffect ${keyOf('coupons', 'freeze-1')}`,
      `SettleEffect ${keyOf('coupons', 'capture-1')}`,
    ]);
    expect(sent(behind(askLegs.LegReleased, { legId: 'coupon' }))).toContain(
      `SettleEffect ${keyOf('coupons', 'release-1')}`,
    );
  });

  test('of which nobody can tell what became of it is reported as that, and one that is not let go waits for somebody', () => {
    const [first] = behind(askLegs.BillIssued, issued);
    const { call } = first?.command.data as { call: EffectCall };
    const givenUp = (handler: string) =>
      reportingUnknown.react(
        ...([
          { ...noEffect, call: { ...call, handler } },
          { attempts: 12, code: 'no-answer' },
        ] as const),
        ...([exampleOrder, { recordedAt: NOON, version: 9, global: both }] as const),
      );
    const data = { billId: 'b2', legId: 'coupon', reason: 'given-up', unknown: true };
    const told = [
      { to: { type: 'order', key: exampleOrder.key }, command: { type: 'ReportLegFailed', data } },
    ];
    expect(['leg-freeze', 'leg-capture', 'leg-release'].map(givenUp)).toEqual([told, told, []]);
  });
});
