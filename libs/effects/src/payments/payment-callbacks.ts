import { commandRequest, type CommandResult } from '@orderloom/engine';
import type { Say, Send } from '../attempt.ts';
import { keyOf, type SignedMessage } from '../signature.ts';
import { noteOf, sha256Of, type Journal } from './journal.ts';
import { readCallback } from './provider-answer.ts';
import { tellOrder } from './telling-order.ts';

/** Who may call back, and for whom. */
export type CallbackAccounts = ReadonlyMap<
  string,
  {
    readonly tenant: string;
    /** `whsec_` and base64; `null`: this provider calls nobody back. */
    readonly callbackSecret: string | null;
  }
>;

/**
 * What came of a callback. `told`: it is recorded, now or before. `refused`: the order does not take it, and saying it
 * again will not help. `unavailable`: nobody knows; it is to be said again. Codes quote nothing.
 */
export type CallbackOutcome = {
  readonly outcome: 'told' | 'refused' | 'unavailable' | 'unknown-provider' | 'wrong-signature' | 'malformed';
  readonly code: string;
};

export type TakeCallback = (provider: string, message: SignedMessage) => Promise<CallbackOutcome>;

const outcomeOf = (outcome: Exclude<CallbackOutcome['outcome'], 'told' | 'refused'>): CallbackOutcome => ({
  outcome,
  code: outcome,
});

class Unavailable extends Error {}

/** Says it once: whoever called back says it again, and has more patience than a connection. */
const sayOnce =
  (send: Send, tenant: string, commandId: string): Say =>
  async (to, { type, data, key }) => {
    const result: CommandResult = await send(
      commandRequest({
        stream: { tenant, ...to },
        ...{ type, data, commandId: `${commandId}/${key}`, actor: 'payment-callback' },
      }),
    );
    if (result.outcome === 'pending' || result.outcome === 'unavailable') throw new Unavailable();
    return result;
  };

/**
 * Takes what providers call back: the signature first, then the content, then the order. A message that comes again is
 * the same command, whatever its id is; which of several counts is decided by the order.
 */
export const paymentCallbacks = ({
  accounts,
  send,
  seal,
  isSigned,
}: Journal & {
  readonly accounts: CallbackAccounts;
  readonly isSigned: (key: Buffer, message: SignedMessage) => boolean;
}): TakeCallback => {
  const keys = new Map([...accounts].map(([name, one]) => [name, keyOf(one.callbackSecret ?? '')]));
  return async (provider, message) => {
    const account = accounts.get(provider);
    const key = keys.get(provider);
    if (account === undefined || key === undefined) return outcomeOf('unknown-provider');
    if (!isSigned(key, message)) return outcomeOf('wrong-signature');
    const callback = readCallback(new TextDecoder().decode(message.body));
    if (callback === undefined) return outcomeOf('malformed');
    const { orderId, paymentId, said } = callback;
    const digest = sha256Of(message.body);
    const commandId = `callback/${provider}/${digest}`;
    try {
      const say = sayOnce(send, account.tenant, commandId);
      const about = { provider, kind: 'callback', reference: digest, code: said.status };
      const exchange = { sent: null, received: message.body };
      const sealed = await seal?.({ tenant: account.tenant, orderId }, exchange);
      const data = noteOf(about, exchange, sealed ?? null);
      // Where the tenant has not registered the provider it is told all the same, and nothing is noted.
      await say({ type: 'journal', key: orderId }, { type: 'NoteExchange', data, key: 'journal' });
      const { outcome, code } = await tellOrder(say, orderId, { paymentId, provider }, said);
      return { outcome: outcome === 'succeeded' ? 'told' : 'refused', code };
    } catch (error) {
      if (error instanceof Unavailable) return outcomeOf('unavailable');
      throw error;
    }
  };
};
