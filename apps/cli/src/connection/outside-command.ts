import { type Api, problemIn, refusal } from './api.ts';

/** A command as somebody outside the engine sends it. */
export type OutsideCommand = {
  /** First part of the address. */
  readonly collection: 'orders' | 'parcels' | 'stock' | 'tenants';
  /** Key of the stream; '' for a command that makes an order. */
  readonly key: string;
  readonly type: string;
  readonly data: object;
};

/** What became of one command. */
export type Sent =
  | {
      readonly outcome: 'accepted' | 'duplicate';
      /** The order that was addressed or made. */
      readonly orderId: string | undefined;
      /** What a reader waits for who wants to see the effect; `null` for a duplicate. */
      readonly position: string | null;
    }
  | { readonly outcome: 'refused'; readonly code: string };

const addressOf = ({ collection, key }: OutsideCommand): string =>
  key === '' ? `/v1/${collection}` : `/v1/${collection}/${encodeURIComponent(key)}/commands`;

/** Sends one command. Throws where the engine could not decide it (5xx). */
export const sendCommand = async (api: Api, id: string, command: OutsideCommand): Promise<Sent> => {
  const { key, type, data } = command;
  const answer = await api.post(addressOf(command), id, key === '' ? data : { type, data });
  const problem = problemIn(answer);
  if (problem && problem.status >= 500) throw refusal(problem);
  if (problem) return { outcome: 'refused', code: problem.code };
  const { orderId, result } = answer.body;
  return {
    outcome: result === 'duplicate' ? 'duplicate' : 'accepted',
    orderId: typeof orderId === 'string' ? orderId : undefined,
    position: answer.header('position'),
  };
};
