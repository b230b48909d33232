import type {
  Heard,
  LegAnswer,
  LegRequest,
  PaymentAnswer,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
} from '@orderloom/engine';
import { fakeLegs, type FakeLegs, type LegFault, type LegStep } from './fake-legs.ts';
import { random, type Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How often each thing goes wrong, 0 to 1; what is left out never does. */
export type ProviderFaults = {
  /** A callback is lost. */
  readonly drops?: number;
  /** A callback, or a call about a leg, comes again, a while later. */
  readonly duplicates?: number;
  /** A callback, or a call about a leg, comes late, behind what is said meanwhile. */
  readonly delays?: number;
  /** A callback says another amount than the one that came, or a leg is frozen over another one. */
  readonly lies?: number;
  /** A payment does not work, or a leg cannot be frozen or captured. */
  readonly fails?: number;
  /** A payment is never decided, or nobody knows whether a leg is frozen. */
  readonly neverDecides?: number;
  /** A question, or a call, gets no answer; what was asked for has happened all the same. */
  readonly silent?: number;
  /** A call about a leg never arrives. */
  readonly loses?: number;
};

export type FakeProviderOptions = {
  readonly seed: number;
  readonly clock: Pick<VirtualClock, 'now' | 'after'>;
  readonly faults?: ProviderFaults;
  /** From the buyer's beginning to the money, at most, ms. */
  readonly decidesWithinMs?: number;
  /** What goes wrong with one call about a leg, by its key; `undefined`: what the faults say. */
  readonly legFault?: (step: LegStep, key: string) => LegFault | undefined;
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
  readonly ledger: () => ReadonlyMap<string, ProviderBook>;
  /** How often each refund was asked for, by its key. */
  readonly asked: () => ReadonlyMap<string, number>;
  /** How often a leg was asked to become what it was already. */
  readonly legRepeats: () => number;
};

/** What a provider has of one payment, in minor units. */
export type ProviderBook = {
  readonly frozen: number;
  readonly captured: number;
  readonly refunded: number;
};

const DECIDES_WITHIN_MS = 10_000;
/** The longest that a callback is late, or comes again. */
const LATE_MS = 120_000;

type Known = BegunPayment & { answer: PaymentAnswer };

const SILENCE = { status: 'silent', code: 'no-answer', sent: true } as const;

/** At most one thing goes wrong with one call; whether its answer comes is another matter. */
const legFaultBy = (dice: Random, faults: ProviderFaults, step: LegStep): LegFault | undefined => {
  const may: readonly (readonly [LegFault, number | undefined])[] = [
    ['lost', faults.loses],
    ['late', faults.delays],
    ['again', faults.duplicates],
    ...(step === 'release' ? [] : ([['refused', faults.fails]] as const)),
    ...(step === 'freeze'
      ? ([
          ['lies', faults.lies],
          ['undecided', faults.neverDecides],
        ] as const)
      : []),
  ];
  return may.find(([, often = 0]) => often > 0 && dice.chance(often))?.[0];
};

export const fakePaymentProvider = (options: FakeProviderOptions): FakePaymentProvider => {
  const { seed, clock, faults = {}, decidesWithinMs = DECIDES_WITHIN_MS, legFault } = options;
  const dice = random(seed);
  const happens = (often = 0): boolean => often > 0 && dice.chance(often);
  const payments = new Map<string, Known>();
  const refunded = new Map<string, number>();
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
    const known: Known = { ...payment, answer: { status: 'pending' } };
    payments.set(paymentId, known);
    if (happens(faults.neverDecides)) return;
    const fails = happens(faults.fails);
    clock.after(1 + dice.below(decidesWithinMs), () => {
      known.answer = fails ? { status: 'failed', reason: 'declined' } : { status: 'paid', amount, currency };
      callBack(known);
    });
  };
  const legs: FakeLegs = fakeLegs({
    ...{ clock, dice, isNameFree: (paymentId) => !payments.has(paymentId) },
    faultOf: (step, key) => legFault?.(step, key) ?? legFaultBy(dice, faults, step),
  });
  const books = (): ReadonlyMap<string, ProviderBook & { readonly currency: string }> => {
    const begun = [...payments.values()].map(({ paymentId, currency, answer }) => ({
      ...{ paymentId, currency, frozen: 0, captured: answer.status === 'paid' ? answer.amount : 0 },
    }));
    return new Map(
      [...begun, ...legs.held()].map(({ paymentId, ...book }) => [
        paymentId,
        { ...book, refunded: refunded.get(paymentId) ?? 0 },
      ]),
    );
  };
  const refundOnce = ({ key, paymentId, amount, currency }: RefundRequest): RefundAnswer => {
    const before = refunds.get(key);
    if (before !== undefined) return before;
    const book = books().get(paymentId);
    const isThere = book?.currency === currency && book.refunded + amount <= book.captured;
    const answer: RefundAnswer = isThere
      ? { status: 'refunded', amount, currency }
      : { status: 'failed', reason: 'not-there' };
    if (isThere) refunded.set(paymentId, book.refunded + amount);
    refunds.set(key, answer);
    return answer;
  };
  const answered = <T extends object>(
    answer: T | undefined,
    signal: AbortSignal,
    said: { readonly heard: Heard | undefined; readonly call: string; readonly sent?: object },
  ): T | typeof SILENCE => {
    signal.throwIfAborted();
    const isSilent = answer === undefined || happens(faults.silent);
    said.heard?.({
      sent: JSON.stringify({ call: said.call, ...said.sent }),
      received: isSilent ? null : new TextEncoder().encode(JSON.stringify(answer)),
    });
    return isSilent ? SILENCE : answer;
  };
  const sayOfLeg =
    (step: LegStep) =>
    async (leg: LegRequest | string, signal: AbortSignal, heard?: Heard): Promise<LegAnswer> => {
      signal.throwIfAborted();
      const { key, ...sent } = typeof leg === 'string' ? { key: leg } : leg;
      const path = `/legs/${encodeURIComponent(key)}`;
      const call = `PUT ${step === 'freeze' ? path : `${path}/${step}`}`;
      return answered(legs.say(step, leg), signal, { heard, call, sent });
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
      freeze: sayOfLeg('freeze'),
      capture: sayOfLeg('capture'),
      release: sayOfLeg('release'),
      legOf: async (key, signal, heard) =>
        answered(legs.of(key), signal, { heard, call: `GET /legs/${encodeURIComponent(key)}` }),
    },
    begin,
    onCallback: (whoever) => {
      listen = whoever;
    },
    ledger: () => new Map([...books()].map(([paymentId, { currency: _, ...book }]) => [paymentId, book])),
    asked: () => asked,
    legRepeats: legs.repeats,
  };
};
