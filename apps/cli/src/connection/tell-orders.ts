import { type Api, bodyIn, type Json } from './api.ts';

/** What many orders are told. */
type Told = {
  readonly type: string;
  readonly data: object;
  readonly actor: string;
  /** The same key is the same command: run again, each order is told once. */
  readonly keyOf: (orderId: string) => string;
};

/** What came of it for one order. */
export type ToldResult = { readonly status: number; readonly body: Json };

/** Says commands together, a batch at most; one result each, in their order. */
export const sendBatch = async (api: Api, commands: readonly object[]): Promise<readonly ToldResult[]> =>
  bodyIn(await api.post('/v1/commands:batch', '', { commands }))['results'] as readonly ToldResult[];

/** Says a command to each of so many orders, a batch at most; one result each, in their order. */
export const tellOrders = async (
  api: Api,
  orderIds: readonly string[],
  { type, data, actor, keyOf }: Told,
): Promise<readonly ToldResult[]> => {
  if (orderIds.length === 0) return [];
  const commands = orderIds.map((key) => ({
    stream: { type: 'order', key },
    ...{ type, data, actor, idempotencyKey: keyOf(key) },
  }));
  return sendBatch(api, commands);
};
