/** Stream type -> the first part of its address. */
export const COLLECTIONS: Readonly<Record<string, string>> = {
  order: 'orders',
  stock: 'stock',
  parcel: 'parcels',
  buyer: 'buyers',
  tenant: 'tenants',
  job: 'jobs',
  effect: 'effects',
  chain: 'chains',
  journal: 'journals',
  alias: 'aliases',
  fulfilment: 'fulfilments',
  itinerary: 'itineraries',
  edit: 'edits',
  reconciliation: 'reconciliations',
};

/** Where an engine shows all streams of a type. */
export const collectionPath = (type: string): string =>
  `/v1/${COLLECTIONS[type] ?? encodeURIComponent(type)}`;

/** Where it shows one of them. */
export const streamPath = ({ type, key }: { readonly type: string; readonly key: string }): string =>
  `${collectionPath(type)}/${encodeURIComponent(key)}`;
