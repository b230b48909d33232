import type { Heard, PaymentAnswer, PaymentProvider, RefundAnswer, RefundRequest } from '@orderloom/engine';
import { random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How often each thing goes wrong, 0 to 1; what is left out never does. */
export type ProviderFaults = {
  /** A callback is lost. */
  readonly drops?: number;
  /** A callback comes again, a while later. */
  readonly duplicates?: number;
  /** A callback comes late, behind those of later payments. */
  readonly delays?: number;
  /** A callback says another amount than the one that came. */
  readonly lies?: number;
  /** A payment does not work. */
  readonly fails?: number;
  /** A payment is never decided. */
  readonly neverDecides?: number;
  /** A question, or a refund, gets no answer; a refund has happened all the same. */
  readonly silent?: number;
};

export type FakeProviderOptions = {
  readonly seed: number;
  readonly clock: Pick<VirtualClock, 'now' | 'after'>;
  readonly faults?: ProviderFaults;
  /** From the buyer's beginning to the money, at most, ms. */
  readonly decidesWithinMs?: number;
};

/** A payment as the buyer begins it. */
export type BegunPayment = {
  /** Whom the provider tells about: it says it back, and knows nothing of it. */
  readonly reference: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
};

/** What a provider calls back. */
export type ProviderCallback = BegunPayment & { readonly status: 'paid' | 'failed'; readonly reason: string };

/** A provider with a ledger of its own, and all the faults of a real one, from a seed. */
export type FakePaymentProvider = {
  readonly port: PaymentProvider;
  /** The buyer pays. Throws for a payment that was begun before. */
  readonly begin: (payment: BegunPayment) => void;
  /** Whoever is called back. */
  readonly onCallback: (listen: (callback: ProviderCallback) => void) => void;
  /** What really happened, in minor units, by payment. */
  readonly ledger: () => ReadonlyMap<string, { readonly captured: number; readonly refunded: number }>;
  /** How often each refund was asked for, by its key. */
  readonly asked: () => ReadonlyMap<string, number>;
};

const DECIDES_WITHIN_MS = 10_000;
/** The longest that a callback is late, or comes again. */
const LATE_MS = 120_000;

type Known = BegunPayment & { answer: PaymentAnswer; refunded: number };

const SILENCE = { status: 'silent', code: 'no-answer', sent: true } as const;

export const fakePaymentProvider = (options: FakeProviderOptions): FakePaymentProvider => {
  const { seed, clock, faults = {}, decidesWithinMs = DECIDES_WITHIN_MS } = options;
  const dice = random(seed);
  const happens = (often = 0): boolean => often > 0 && dice.chance(often);
  const payments = new Map<string, Known>();
  const refunds = new Map<string, RefundAnswer>();
  const asked = new Map<string, number>();
  let listen: (callback: ProviderCallback) => void = () => undefined;

  const callBack = ({ reference, paymentId, amount, currency, answer }: Known): void => {
    if (answer.status !== 'paid' && answer.status !== 'failed') return;
    const said = happens(faults.lies) ? Math.max(0, amount - 1) : amount;
    const reason = answer.status === 'failed' ? answer.reason : '';
    const callback = { reference, paymentId, amount: said, currency, status: answer.status, reason };
    const late = happens(faults.delays) ? 1 + dice.below(LATE_MS) : 0;
    if (!happens(faults.drops)) clock.after(late, () => listen(callback));
    if (happens(faults.duplicates)) clock.after(late + 1 + dice.below(LATE_MS), () => listen(callback));
  };
  const begin = (payment: BegunPayment): void => {
    const { paymentId, amount, currency } = payment;
    if (payments.has(paymentId)) throw new Error(`payment ${paymentId} was begun before`);
    const known: Known = { ...payment, answer: { status: 'pending' }, refunded: 0 };
    payments.set(paymentId, known);
    if (happens(faults.neverDecides)) return;
    const fails = happens(faults.fails);
    clock.after(1 + dice.below(decidesWithinMs), () => {
      known.answer = fails ? { status: 'failed', reason: 'declined' } : { status: 'paid', amount, currency };
      callBack(known);
    });
  };
  const refundOnce = ({ key, paymentId, amount, currency }: RefundRequest): RefundAnswer => {
    const before = refunds.get(key);
    if (before !== undefined) return before;
    const known = payments.get(paymentId);
    const isThere =
      known?.answer.status === 'paid' &&
      known.currency === currency &&
      known.refunded + amount <= known.amount;
    const answer: RefundAnswer = isThere
      ? { status: 'refunded', amount, currency }
      : { status: 'failed', reason: 'not-there' };
    if (isThere) known.refunded += amount;
    refunds.set(key, answer);
    return answer;
  };
  const answered = <T extends object>(
    answer: T,
    signal: AbortSignal,
    said: { readonly heard: Heard | undefined; readonly call: string; readonly sent?: object },
  ): T | typeof SILENCE => {
    signal.throwIfAborted();
    const isSilent = happens(faults.silent);
    said.heard?.({
      sent: JSON.stringify({ call: said.call, ...said.sent }),
      received: isSilent ? null : new TextEncoder().encode(JSON.stringify(answer)),
    });
    return isSilent ? SILENCE : answer;
  };
  return {
    port: {
      paymentOf: async (paymentId, signal, heard) =>
        answered<PaymentAnswer>(payments.get(paymentId)?.answer ?? { status: 'unknown' }, signal, {
          ...{ heard, call: `GET /payments/${encodeURIComponent(paymentId)}` },
        }),
      refund: async (refund, signal, heard) => {
        asked.set(refund.key, (asked.get(refund.key) ?? 0) + 1);
        const { key, ...sent } = refund;
        const call = `PUT /refunds/${encodeURIComponent(key)}`;
        return answered(refundOnce(refund), signal, { heard, call, sent });
      },
      refundOf: async (key, signal, heard) =>
        answered<RefundAnswer>(refunds.get(key) ?? { status: 'unknown' }, signal, {
          ...{ heard, call: `GET /refunds/${encodeURIComponent(key)}` },
        }),
    },
    begin,
    onCallback: (whoever) => {
      listen = whoever;
    },
    ledger: () =>
      new Map(
        [...payments].map(([paymentId, { answer, refunded }]) => [
          paymentId,
          { captured: answer.status === 'paid' ? answer.amount : 0, refunded },
        ]),
      ),
    asked: () => asked,
  };
};
