import { createHash } from 'node:crypto';
import type { NoteExchangeData } from '@orderloom/domain';
import type { Exchange, Heard, LegAnswer, PaymentAnswer, RefundAnswer } from '@orderloom/engine';
import type { Say } from '../attempt.ts';
import type { CallToMake } from '../effect-handler.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;

/**
 * The members that the protocol has, and what they may be. Nothing else is kept of what others say: it may be a secret, or
 * somebody's name, and would stand in the log for ever.
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

const isKept = ([name, value]: readonly [string, unknown]): boolean =>
  (typeof value === 'string' || typeof value === 'number') && KNOWN.get(name)?.test(String(value)) === true;

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

/** What is noted of an exchange: what the protocol knows as it was, and the digest of all that came. */
export const noteOf = (about: About, { sent, received }: Exchange): NoteExchangeData => {
  const came = received === null ? NOTHING : masked(new TextDecoder().decode(received));
  return {
    ...about,
    sent: sent === null ? null : masked(sent).text,
    received: came.text,
    leftOut: came.leftOut,
    digest: received && sha256Of(received),
    bytes: received?.byteLength ?? 0,
  };
};

/** Asks a provider, and notes in the journal of the order what was said before anything follows from it. */
export const noted = async <A extends PaymentAnswer | RefundAnswer | LegAnswer>(
  say: Say,
  call: CallToMake,
  kind: 'payment' | 'refund' | 'refund-query' | 'freeze' | 'capture' | 'release' | 'leg-query',
  ask: (heard: Heard) => Promise<A>,
): Promise<A> => {
  const exchanges: Exchange[] = [];
  const answer = await ask((exchange) => exchanges.push(exchange));
  const code = answer.status === 'silent' ? answer.code : answer.status;
  for (const exchange of exchanges) {
    const data = noteOf({ provider: call.name, kind, reference: call.effectId, code }, exchange);
    // Another answer within one attempt is another exchange.
    const key = `${String(call.attempt)}/${kind}/${data.digest?.slice(0, 16) ?? code}`;
    await say({ type: 'journal', key: call.subject }, { type: 'NoteExchange', data, key });
  }
  return answer;
};
