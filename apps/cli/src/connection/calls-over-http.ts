import type { Calls, ShownCall } from '@orderloom/client';
import type { Api } from './api.ts';
import { pagesOf } from './pages.ts';
import { sendBatch, type ToldResult } from './tell-orders.ts';
import { viewsAtHead } from './views-at-head.ts';

const PAGE = 200;

const refusalIn = ({ status, body }: ToldResult): string | undefined =>
  status < 400 ? undefined : String(body['code']);

/** The calls to the outside of an engine. */
export const callsOverHttp = (api: Api, actor: string | undefined): Calls => ({
  givenUp: async function* () {
    await viewsAtHead(api);
    for await (const page of pagesOf(api, '/v1/effects', { status: 'given-up', limit: String(PAGE) }))
      yield page['effects'] as readonly ShownCall[];
  },
  redrive: async (redrives) => {
    const commands = redrives.map(({ effectId, expectedVersion, key }) => ({
      stream: { type: 'effect', key: effectId },
      ...{ type: 'RedriveEffect', data: {}, expectedVersion, idempotencyKey: key },
      ...(actor !== undefined && { actor }),
    }));
    return (await sendBatch(api, commands)).map(refusalIn);
  },
});
