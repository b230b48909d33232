import { COLLECTIONS } from '@orderloom/client';
import { nearestName } from '@orderloom/runtime';
import { usageError } from '../cli-error.ts';

export type StreamAddress = {
  readonly path: string;
  /** A tenant's own stream is asked for as that tenant. */
  readonly tenant: string | undefined;
};

type NamedStream = { readonly type: string; readonly key: string; readonly collection: string };

/** An order by its foreign id, in which there may be a slash. */
const FOREIGN = 'ext:';

/** `ORDER-ID`, `ext:FOREIGN-ID`, or `type/key` (`stock/TEA@main`, `parcel/P-1`, `tenant/main`). Throws a usage error. */
export const streamNamed = (text: string): NamedStream => {
  const slash = text.startsWith(FOREIGN) ? -1 : text.indexOf('/');
  const [said, key] = slash < 0 ? ['order', text] : [text.slice(0, slash), text.slice(slash + 1)];
  const found = Object.entries(COLLECTIONS).find((names) => names.includes(said));
  if (found === undefined || key === '') {
    const near = nearestName(said, Object.entries(COLLECTIONS).flat());
    throw usageError(
      `${text} names no stream`,
      near !== undefined && near !== said
        ? `did you mean ${near}/${key}?`
        : 'write an order id, or type/key such as stock/TEA@main',
    );
  }
  const [type, collection] = found;
  return { type, key, collection };
};

/** Where a stream is on the engine's HTTP side. Throws a usage error. */
export const streamAddress = (text: string): StreamAddress => {
  const { key, collection } = streamNamed(text);
  return {
    path: `/v1/${collection}/${encodeURIComponent(key)}`,
    tenant: collection === 'tenants' ? key : undefined,
  };
};
