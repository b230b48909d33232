import { SKUS, skuOf } from '../load/workload.ts';

export const TENANT = 'main';

/** A command that comes before the load. */
export type Preparation = {
  readonly type: string;
  readonly key: string;
  readonly command: string;
  readonly body: object;
};

/** More than any run sells. */
const RECEIVED = 1_000_000;

/** The tenant tracks its stock, and has enough of everything. */
export const PREPARATIONS: readonly Preparation[] = [
  { type: 'tenant', key: TENANT, command: 'SetPolicy', body: { stock: 'tracked' } },
  ...Array.from({ length: SKUS }, (_, number) => ({
    type: 'stock',
    key: `${skuOf(number)}@main`,
    command: 'ReceiveStock',
    body: { quantity: RECEIVED, reference: 'opening-stock' },
  })),
];
