import { askedLeg, type AskedLeg, type OrderCommand } from '@orderloom/domain';
import type { Heard, LegAnswer, PaymentProvider } from '@orderloom/engine';
import { saying, type Say } from '../attempt.ts';
import type { CallOutcome, CallToMake, EffectHandler } from '../effect-handler.ts';
import { NO_PROVIDER, silenceOf, toldAs } from './call-outcomes.ts';
import { noted, type Journal } from './journal.ts';
import { PROVIDER_ROOM, providerFor, type ProviderAccounts } from './provider-accounts.ts';

type Report = Extract<OrderCommand, { readonly type: `ReportLeg${string}` }>;

/** What an answer means for one step: the order is told, or it is no end yet. */
type Meaning = Report | CallOutcome;

type Step = {
  readonly kind: 'freeze' | 'capture' | 'release';
  readonly make: (
    provider: PaymentProvider,
    asked: AskedLeg,
    signal: AbortSignal,
    heard: Heard,
  ) => Promise<LegAnswer>;
  /** Nothing: what is asked for has not happened. */
  readonly meaningOf: (answer: LegAnswer, asked: AskedLeg) => Meaning | undefined;
};

const named = ({ billId, legId }: AskedLeg) => ({ billId, legId });

const failed = (asked: AskedLeg, reason: string, unknown: boolean): Report => ({
  type: 'ReportLegFailed',
  data: { ...named(asked), reason, unknown },
});

/** Money is there: as much as was agreed, or nobody knows what it is. */
const withMoney = (
  type: 'ReportLegFrozen' | 'ReportLegCaptured',
  { amount, currency }: Pick<AskedLeg, 'amount' | 'currency'>,
  asked: AskedLeg,
): Report =>
  amount === asked.amount && currency === asked.currency
    ? { type, data: named(asked) }
    : failed(asked, 'amount-mismatch', true);

const released = (asked: AskedLeg): Report => ({ type: 'ReportLegReleased', data: named(asked) });

/** No answer, or none yet. */
const open = (answer: LegAnswer): CallOutcome | undefined => {
  if (answer.status === 'silent') return silenceOf(answer);
  return answer.status === 'pending' ? { outcome: 'unknown', code: 'pending' } : undefined;
};

const freezing: Step = {
  kind: 'freeze',
  make: (provider, { key, paymentId, amount, currency }, signal, heard) =>
    provider.freeze({ key, paymentId, amount, currency }, signal, heard),
  meaningOf: (answer, asked) => {
    if (answer.status === 'frozen' || answer.status === 'captured')
      return withMoney('ReportLegFrozen', answer, asked);
    if (answer.status === 'released') return released(asked);
    return answer.status === 'failed' ? failed(asked, answer.reason, false) : open(answer);
  },
};

const capturing: Step = {
  kind: 'capture',
  make: (provider, { key }, signal, heard) => provider.capture(key, signal, heard),
  meaningOf: (answer, asked) => {
    if (answer.status === 'captured') return withMoney('ReportLegCaptured', answer, asked);
    if (answer.status === 'released') return released(asked);
    // A provider that does not take what it has frozen may hold it still.
    return answer.status === 'failed' ? failed(asked, answer.reason, true) : open(answer);
  },
};

/** Letting go is asked for whatever is there, and of whatever nobody has heard of: it may come later. */
const releasing: Step = {
  kind: 'release',
  make: (provider, { key }, signal, heard) => provider.release(key, signal, heard),
  meaningOf: (answer, asked) => {
    if (answer.status === 'released') return released(asked);
    return answer.status === 'silent' ? open(answer) : undefined;
  },
};

const told = async (say: Say, orderId: string, report: Report): Promise<CallOutcome> => {
  const code = report.type.slice('ReportLeg'.length).toLowerCase();
  const said = await say<OrderCommand>({ type: 'order', key: orderId }, { ...report, key: code });
  return toldAs(code, said, 'leg-known');
};

const handlerFor = (
  { accounts, ...journal }: Journal & { readonly accounts: ProviderAccounts },
  { kind, make, meaningOf }: Step,
): EffectHandler => {
  const ended = (
    call: CallToMake,
    meaning: Meaning,
    signal: AbortSignal,
  ): CallOutcome | Promise<CallOutcome> =>
    'type' in meaning ? told(saying(journal.send, call, signal), call.subject, meaning) : meaning;
  return {
    targetOf: ({ name }) => name,
    room: PROVIDER_ROOM,
    perform: async (call, signal) => {
      const provider = providerFor(accounts, call);
      if (provider === undefined) return NO_PROVIDER;
      const asked = askedLeg(call);
      const answer = await noted(journal, { call, signal, kind }, (heard) =>
        make(provider, asked, signal, heard),
      );
      if (answer.status === 'unknown' && kind !== 'release')
        return { outcome: 'refused', code: 'unknown-leg' };
      const meaning = meaningOf(answer, asked) ?? { outcome: 'unknown', code: answer.status };
      return ended(call, meaning, signal);
    },
    query: async (call, signal) => {
      const provider = providerFor(accounts, call);
      if (provider === undefined) return NO_PROVIDER;
      const asked = askedLeg(call);
      const answer = await noted(journal, { call, signal, kind: 'leg-query' }, (heard) =>
        provider.legOf(asked.key, signal, heard),
      );
      const meaning = meaningOf(answer, asked);
      return meaning && ended(call, meaning, signal);
    },
  };
};

/**
 * Have a provider freeze, take and let go of legs; the id of the effect that freezes a leg is its key in all calls. A call
 * that may have happened is asked about before it is made again. What the provider says goes to the order; money
 * that is not what was agreed is a leg that nobody can tell of, and is let go.
 */
export const legHandlers = (
  parts: Journal & { readonly accounts: ProviderAccounts },
): Readonly<Record<'leg-freeze' | 'leg-capture' | 'leg-release', EffectHandler>> => ({
  'leg-freeze': handlerFor(parts, freezing),
  'leg-capture': handlerFor(parts, capturing),
  'leg-release': handlerFor(parts, releasing),
});
