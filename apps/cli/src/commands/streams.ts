import { nearestName } from '@orderloom/runtime';
import { usageError } from '../cli-error.ts';

/** What a stream may be called on the command line -> the first part of its address. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  ...{
    order: 'orders',
    stock: 'stock',
    parcel: 'parcels',
    buyer: 'buyers',
    tenant: 'tenants',
    job: 'jobs',
    effect: 'effects',
  },
  ...{
    orders: 'orders',
    parcels: 'parcels',
    buyers: 'buyers',
    tenants: 'tenants',
    jobs: 'jobs',
    effects: 'effects',
  },
};

export type StreamAddress = {
  readonly path: string;
  /** A tenant's own stream is asked for as that tenant. */
  readonly tenant: string | undefined;
};

type NamedStream = { readonly type: string; readonly key: string; readonly collection: string };

/** `ORDER-ID`, or `type/key` (`stock/TEA@main`, `parcel/P-1`, `tenant/main`). Throws a usage error. */
export const streamNamed = (text: string): NamedStream => {
  const slash = text.indexOf('/');
  const [type, key] = slash < 0 ? ['order', text] : [text.slice(0, slash), text.slice(slash + 1)];
  const collection = Object.hasOwn(COLLECTIONS, type) ? COLLECTIONS[type] : undefined;
  if (collection === undefined || key === '') {
    const near = nearestName(type, Object.keys(COLLECTIONS));
    throw usageError(
      `${text} names no stream`,
      near !== undefined && near !== type
        ? `did you mean ${near}/${key}?`
        : 'write an order id, or type/key such as stock/TEA@main',
    );
  }
  return { type: type.replace(/s$/, ''), key, collection };
};

/** Where a stream is on the engine's HTTP side. Throws a usage error. */
export const streamAddress = (text: string): StreamAddress => {
  const { key, collection } = streamNamed(text);
  return {
    path: `/v1/${collection}/${encodeURIComponent(key)}`,
    tenant: collection === 'tenants' ? key : undefined,
  };
};
