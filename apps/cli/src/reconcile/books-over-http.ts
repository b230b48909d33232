import type { Books, Held } from '@orderloom/client';
import type { OwnMovement } from '@orderloom/domain';
import { type Api, bodyIn, problemIn } from '../connection/api.ts';
import { pagesOf } from '../connection/pages.ts';
import { viewsAtHead } from '../connection/views-at-head.ts';

const PAGE = 200;

/** The orders and statements of an engine. */
export const booksOverHttp = (api: Api): Books => {
  const settled = async (query: Readonly<Record<string, string>>): Promise<readonly OwnMovement[]> => {
    const found: OwnMovement[] = [];
    for await (const page of pagesOf(api, '/v1/settled', { ...query, limit: String(PAGE) }))
      found.push(...(page['settled'] as readonly OwnMovement[]));
    return found;
  };
  const pathOf = (key: string): string => `/v1/reconciliations/${encodeURIComponent(key)}`;
  return {
    onDay: (provider, day) => settled({ provider, day }),
    ofPayment: (provider, payment) => settled({ provider, payment }),
    held: async (key) => {
      await viewsAtHead(api);
      const answer = await api.get(pathOf(key));
      if (problemIn(answer)?.code === 'unknown-stream') return undefined;
      const body = bodyIn(answer);
      const { status } = body['status'] as Pick<Held, 'status'>;
      return { ...(body as unknown as Held), status };
    },
    send: async (key, { id, ...command }) => {
      bodyIn(await api.post(`${pathOf(key)}/commands`, id, command));
    },
  };
};
