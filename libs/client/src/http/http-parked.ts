import { randomUUID } from 'node:crypto';
import type { ParkedStream, ParkedWork } from '../client.ts';
import type { HttpPlace } from './http-place.ts';
import { asked } from './ask.ts';

type Listed = ParkedStream & { readonly id: string };

/** What groups of a tenant have parked, asked of an engine over HTTP. */
export const httpParked = (place: HttpPlace, tenant: string): ParkedWork => {
  const get = async (): Promise<readonly Listed[]> => {
    const { consumers } = await asked<{ consumers: readonly Listed[] }>(place, tenant, '/v1/parked');
    return consumers;
  };
  const post = <T>(path: string): Promise<T> =>
    asked(place, tenant, path, { method: 'POST', headers: { 'idempotency-key': `"${randomUUID()}"` } });
  return {
    list: async (group) =>
      (await get()).filter((one) => one.group === (group ?? one.group)).map(({ id: _, ...stream }) => stream),
    redrive: async (group, stream) => {
      if (stream === undefined) {
        const path = `/v1/groups/${encodeURIComponent(group)}/redrive`;
        return (await post<{ streams: number }>(path)).streams;
      }
      const found = (await get()).find((one) => one.group === group && one.stream === stream);
      if (found === undefined) return 0;
      await post(`/v1/parked/${found.id}:redrive`);
      return 1;
    },
  };
};
