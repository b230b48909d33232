import { createHash } from 'node:crypto';
import type { NoteExchangeData } from '@orderloom/domain';
import type { Exchange, Heard, LegAnswer, PaymentAnswer, RefundAnswer } from '@orderloom/engine';
import { holdsCardNumber, type SealExchange } from '@orderloom/wire';
import { saying, type Send } from '../attempt.ts';
import type { CallToMake } from '../effect-handler.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;

/**
 * The members that the protocol has, and what they may be. Nothing else of what others say is kept in clear: it may be a
 * secret, or somebody's name, and would stand in the log for ever.
 */
const KNOWN: ReadonlyMap<string, RegExp> = new Map([
  ['call', /^(GET|PUT) \/(payments|refunds|legs)\/[\x21-\x7e]{1,400}$/],
  ['status', /^[a-z][a-z-]{0,31}$/],
  ['amount', /^-?\d{1,16}$/],
  ['currency', /^[A-Z]{3}$/],
  ['reason', /^[a-z0-9][a-z0-9._-]{0,63}$/],
  ['reference', NAME],
  ['paymentId', NAME],
]);

type Masked = { readonly text: string | null; readonly leftOut: number };

const NOTHING: Masked = { text: null, leftOut: 0 };

/** A name that looks like a card number is none that may stand in the log, and would have the whole note refused. */
const isKept = ([name, value]: readonly [string, unknown]): boolean =>
  (typeof value === 'string' || typeof value === 'number') &&
  KNOWN.get(name)?.test(String(value)) === true &&
  !holdsCardNumber(String(value));

const masked = (text: string): Masked => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return NOTHING;
    const members = Object.entries(value);
    const kept = members.filter(isKept);
    return { text: JSON.stringify(Object.fromEntries(kept)), leftOut: members.length - kept.length };
  } catch {
    return NOTHING;
  }
};

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type About = Pick<NoteExchangeData, 'provider' | 'kind' | 'reference' | 'code'>;

/** What is noted of an exchange: what the protocol knows as it was, the digest of all that came, and the whole sealed. */
export const noteOf = (
  about: About,
  { sent, received }: Exchange,
  sealed: NoteExchangeData['sealed'],
): NoteExchangeData => {
  const came = received === null ? NOTHING : masked(new TextDecoder().decode(received));
  return {
    ...about,
    sent: sent === null ? null : masked(sent).text,
    received: came.text,
    leftOut: came.leftOut,
    digest: received && sha256Of(received),
    bytes: received?.byteLength ?? 0,
    sealed,
  };
};

/** What noting takes: the way to the engine, and whoever has the keys; left out: what is noted is not kept whole. */
export type Journal = { readonly send: Send; readonly seal?: SealExchange | undefined };

/** What a provider is asked, and for which call. */
type Question = {
  readonly call: CallToMake;
  readonly signal: AbortSignal;
  readonly kind: 'payment' | 'refund' | 'refund-query' | 'freeze' | 'capture' | 'release' | 'leg-query';
};

/** Asks a provider, and notes in the journal of the order what was said before anything follows from it. */
export const noted = async <A extends PaymentAnswer | RefundAnswer | LegAnswer>(
  { send, seal }: Journal,
  { call, signal, kind }: Question,
  ask: (heard: Heard) => Promise<A>,
): Promise<A> => {
  const say = saying(send, call, signal);
  const order = { tenant: call.tenant, orderId: call.subject };
  const exchanges: Exchange[] = [];
  const answer = await ask((exchange) => exchanges.push(exchange));
  const code = answer.status === 'silent' ? answer.code : answer.status;
  for (const exchange of exchanges) {
    const about = { provider: call.name, kind, reference: call.effectId, code };
    const data = noteOf(about, exchange, (await seal?.(order, exchange)) ?? null);
    // Another answer within one attempt is another exchange.
    const key = `${String(call.attempt)}/${kind}/${data.digest?.slice(0, 16) ?? code}`;
    await say({ type: 'journal', key: call.subject }, { type: 'NoteExchange', data, key });
  }
  return answer;
};
