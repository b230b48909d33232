import { compiledLifecycle, publishable, type Lifecycle, type LifecycleDefinition } from '@orderloom/domain';
import type { Api } from '../connection/api.ts';
import { pagesOf } from '../connection/pages.ts';
import { get } from '../commands/asking.ts';

/** An order as a list shows it, as far as its lifecycle is concerned. */
export type ListedOrder = {
  readonly orderId: string;
  readonly lifecycleVersion: number;
  readonly status: Readonly<Record<string, string>>;
  readonly deadlines: readonly { readonly name: string }[];
  readonly fields: Readonly<Record<string, string>>;
};

const PAGE = 200;

/** Every order of the tenant that follows a lifecycle of that name, page by page, the newest first. */
export async function* ordersOf(api: Api, name: string): AsyncGenerator<readonly ListedOrder[]> {
  for await (const page of pagesOf(api, '/v1/orders', { lifecycle: name, limit: String(PAGE) }))
    yield page['orders'] as readonly ListedOrder[];
}

/** A lifecycle that the tenant has published. Throws the problem where it has not. */
export const publishedLifecycle = async (api: Api, name: string, version: number): Promise<Lifecycle> => {
  const said = await get(api, `/v1/lifecycles/${encodeURIComponent(name)}?version=${version}`);
  return compiledLifecycle(publishable(said['definition'] as LifecycleDefinition));
};
