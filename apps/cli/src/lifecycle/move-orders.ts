import type { Move } from '@orderloom/domain';
import type { Api } from '../connection/api.ts';
import { tellOrders } from '../connection/tell-orders.ts';
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
    const orderIds = orders.map(({ orderId }) => orderId);
    const results = await tellOrders(api, orderIds, {
      ...{ type: 'MigrateLifecycle', data: { to, moves }, actor },
      keyOf: (orderId) => `migrate/${name}@${version}/${to}/${orderId}`,
    });
    for (const [index, { status, body }] of results.entries()) {
      if (status < 300) moved += 1;
      else
        stayed.push({
          orderId: orderIds[index] ?? '',
          ...{ code: String(body['code']), reason: String(body['detail']) },
        });
    }
  }
  return { to, moved, stayed };
};
