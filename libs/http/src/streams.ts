import type { StreamRef } from '@orderloom/decider';
import type { SaidTenant } from './headers.ts';
import { refuse } from './problem.ts';

/** First part of an address -> stream type. */
const COLLECTIONS: ReadonlyMap<string, string> = new Map([
  ['orders', 'order'],
  ['stock', 'stock'],
  ['parcels', 'parcel'],
  ['buyers', 'buyer'],
  ['tenants', 'tenant'],
  ['jobs', 'job'],
  ['effects', 'effect'],
  ['chains', 'chain'],
  ['journals', 'journal'],
  ['aliases', 'alias'],
  ['reconciliations', 'reconciliation'],
  ['fulfilments', 'fulfilment'],
  ['itineraries', 'itinerary'],
  ['edits', 'edit'],
]);

/** Stream type -> first part of an address. */
export const COLLECTION_OF: ReadonlyMap<string, string> = new Map(
  [...COLLECTIONS].map(([collection, type]) => [type, collection]),
);

/** Command that makes a new stream with a key of the engine's choosing; it has an address of its own. */
export const CREATIONS: ReadonlyMap<string, string> = new Map([
  ['order', 'PlaceOrder'],
  ['itinerary', 'PlaceItinerary'],
]);

/** Addresses of the public surface that later versions answer. */
const LATER: ReadonlyMap<string, string> = new Map([['imports', 'Starting an import over HTTP']]);

/** Throws: `not-available` for what a later version answers, else `unknown-route`. */
export const noSuchCollection = (collection: string): never => {
  const what = LATER.get(collection);
  if (what !== undefined) return refuse('not-available', `${what} is not available in this version`);
  return refuse('unknown-route', `Below /v1 there are ${[...COLLECTIONS.keys()].join(', ')}`);
};

const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;
const KEY_LENGTH = 256;

/**
 * The stream of that type and key. A tenant's own stream belongs to the tenant that it names; naming another one in the
 * `Tenant` header is as if it did not exist.
 */
export const streamOf = (type: string, key: string, tenant: SaidTenant): StreamRef => {
  if (key.length === 0 || key.length > KEY_LENGTH || UNFIT.test(key))
    return refuse('invalid-key', `A key has 1 to ${KEY_LENGTH} characters and no control characters`);
  if (type !== 'tenant') return { tenant: tenant.name, type, key };
  if (tenant.isSaid && tenant.name !== key)
    return refuse('unknown-stream', 'There is no such tenant to be seen from here');
  return { tenant: key, type, key };
};

/** The stream at an address. */
export const streamAt = (collection: string, key: string, tenant: SaidTenant): StreamRef =>
  streamOf(COLLECTIONS.get(collection) ?? noSuchCollection(collection), key, tenant);

/** The address of a stream. */
export const addressOf = (stream: StreamRef): string =>
  `/v1/${COLLECTION_OF.get(stream.type) ?? stream.type}/${encodeURIComponent(stream.key)}`;
