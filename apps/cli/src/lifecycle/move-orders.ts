import type { Move } from '@orderloom/domain';
import { bodyIn, type Api, type Json } from '../connection/api.ts';
import { ordersOf } from './population.ts';

/** What became of the orders that were to move. */
export type MovedOrders = {
  readonly to: string;
  readonly moved: number;
  /** Why others stay, by the code of the refusal, each with the order and the reason. */
  readonly stayed: readonly { readonly orderId: string; readonly code: string; readonly reason: string }[];
};

export type MoveOrders = {
  readonly name: string;
  readonly version: number;
  /** `name@version`. */
  readonly to: string;
  readonly moves: readonly Move[];
  readonly actor: string;
};

type Result = { readonly status: number; readonly body: Json };

/**
 * Has every order of one version of a lifecycle follow another one, page by page. Each is a command under a key of its own: run
 * again it goes on with those that are left.
 */
export const moveOrders = async (
  api: Api,
  { name, version, to, moves, actor }: MoveOrders,
): Promise<MovedOrders> => {
  let moved = 0;
  const stayed: MovedOrders['stayed'][number][] = [];
  for await (const page of ordersOf(api, name)) {
    const orders = page.filter((order) => order.lifecycleVersion === version);
    if (orders.length === 0) continue;
    const commands = orders.map(({ orderId }) => ({
      stream: { type: 'order', key: orderId },
      ...{ type: 'MigrateLifecycle', data: { to, moves }, actor },
      idempotencyKey: `migrate/${name}@${version}/${to}/${orderId}`,
    }));
    const answer = bodyIn(await api.post('/v1/commands:batch', '', { commands }));
    for (const [index, { status, body }] of (answer['results'] as readonly Result[]).entries()) {
      if (status < 300) moved += 1;
      else
        stayed.push({
          orderId: orders[index]?.orderId ?? '',
          ...{ code: String(body['code']), reason: String(body['detail']) },
        });
    }
  }
  return { to, moved, stayed };
};
