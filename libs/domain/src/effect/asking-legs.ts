import type { Reaction, SentCommand, StreamRef } from '@orderloom/decider';
import type {
  BillIssuedData,
  BillVoidedData,
  LegCapturedData,
  LegFailedData,
  LegFrozenData,
  LegReleasedData,
} from '../messages/generated/order.ts';
import type { BillLeg, EffectCall } from '../messages/generated/types.ts';
import { paymentOfLeg } from '../order/bills.ts';
import type { OrderState } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { legKeyOf, type LegStep } from './effect-key.ts';
import { providerCall, providerOf, settling } from './provider-calls.ts';

// Legs of a bill are frozen, taken and let go by calls of the engine, where the tenant has registered their providers so:
// one call for each step of a leg.

const NOTHING: readonly SentCommand[] = [];

/** What a call about a leg is about. */
export type AskedLeg = {
  readonly billId: string;
  readonly legId: string;
  /** What the provider knows the leg by, in each of its calls: the id of the one that freezes it. */
  readonly key: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
};

export const askedLeg = ({ data }: EffectCall): AskedLeg => JSON.parse(data) as AskedLeg;

type Behind = Parameters<Reaction<OrderState, object, TenantState>['react']>[3];

/** The calls that there can be about the legs of one bill. */
const callsFor = (
  { bills = [], placed }: OrderState,
  billId: string,
  { key: orderId }: StreamRef,
  { global, version, recordedAt }: Behind,
) => {
  const number = bills.findIndex((bill) => bill.billId === billId) + 1;
  const issued = bills[number - 1]?.legs ?? [];
  const keyOf = (step: LegStep, { legId, provider }: Pick<BillLeg, 'legId' | 'provider'>): string =>
    legKeyOf(orderId, number, provider, step, issued.findIndex((leg) => leg.legId === legId) + 1);
  const asksItself = (legs: readonly BillLeg[]): readonly BillLeg[] =>
    legs.filter(({ provider }) => providerOf(provider, global)?.legs === true);
  return {
    ask: (step: LegStep, eventType: string, legs: readonly BillLeg[]): readonly SentCommand[] =>
      asksItself(legs).map((leg) => {
        const { legId, provider, amount } = leg;
        const { paymentId } = paymentOfLeg(billId, leg);
        const key = keyOf('freeze', leg);
        const asked: AskedLeg = { billId, legId, key, paymentId, amount, currency: placed.currency };
        return providerCall(keyOf(step, leg), {
          ...{ handler: `leg-${step}`, name: provider, subject: orderId },
          ...{ eventType, eventVersion: version, at: recordedAt, data: JSON.stringify(asked) },
        });
      }),
    settle: (steps: readonly LegStep[], legs: readonly BillLeg[]): readonly SentCommand[] =>
      asksItself(legs).flatMap((leg) => steps.map((step) => settling(keyOf(step, leg)))),
    named: (legId: string): readonly BillLeg[] => issued.filter((leg) => leg.legId === legId),
  };
};

type Calls = ReturnType<typeof callsFor>;

const aboutLegs = <D extends { readonly billId: string }>(
  react: (calls: Calls, data: D) => readonly SentCommand[],
): Reaction<OrderState, D, TenantState> => ({
  sends: ['RequestEffect', 'SettleEffect'],
  react: (state, data, stream, behind) =>
    behind.global.providers === undefined
      ? NOTHING
      : react(callsFor(state, data.billId, stream, behind), data),
});

/** Whatever is known of a leg, by whatever road, ends the calls that would find it out; the end of a bill ends them too. */
export const askLegs = {
  BillIssued: aboutLegs<BillIssuedData>(({ ask }, { legs }) => ask('freeze', 'BillIssued', legs)),
  LegFrozen: aboutLegs<LegFrozenData>(({ ask, settle, named }, { legId, capture }) => [
    ...settle(['freeze'], named(legId)),
    ...ask('capture', 'LegFrozen', capture),
  ]),
  // What is to be taken may be known by now: a call that there is already is not made twice.
  LegCaptured: aboutLegs<LegCapturedData>(({ ask, settle, named }, { legId, capture }) => [
    ...settle(['freeze', 'capture'], named(legId)),
    ...ask('capture', 'LegCaptured', capture),
  ]),
  LegFailed: aboutLegs<LegFailedData>(({ settle, named }, { legId }) =>
    settle(['freeze', 'capture'], named(legId)),
  ),
  BillVoided: aboutLegs<BillVoidedData>(({ ask, settle }, { release }) => [
    ...settle(['freeze', 'capture'], release),
    ...ask('release', 'BillVoided', release),
  ]),
  LegReleased: aboutLegs<LegReleasedData>(({ settle, named }, { legId }) =>
    settle(['freeze', 'capture', 'release'], named(legId)),
  ),
};
