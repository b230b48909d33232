import type { Books, Held } from '@orderloom/client';
import type { OwnMovement } from '@orderloom/domain';
import { type Api, bodyIn, problemIn } from '../connection/api.ts';
import { viewsAtHead } from '../connection/views-at-head.ts';

const PAGE = 200;

/** The orders and statements of an engine. */
export const booksOverHttp = (api: Api): Books => {
  const settled = async (query: Readonly<Record<string, string>>): Promise<readonly OwnMovement[]> => {
    const found: OwnMovement[] = [];
    const asked = new URLSearchParams({ ...query, limit: String(PAGE) });
    for (;;) {
      const body = bodyIn(await api.get(`/v1/settled?${asked.toString()}`));
      found.push(...(body['settled'] as readonly OwnMovement[]));
      if (typeof body['next'] !== 'string') return found;
      asked.set('cursor', body['next']);
    }
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
