import type { Rejection, StreamRef } from '@orderloom/decider';
import { stockKeyOf, stockLocationsOf, type TenantState } from '@orderloom/domain';
import type { Engine } from '@orderloom/engine';

type Placement = { readonly lines: readonly { readonly sku: string }[] };

/**
 * What a placement needs that its order's stream cannot see: where stock is tracked, every sku must have been received
 * once at a location where it is asked for. A sku that was received stays received, so the answer cannot be overtaken.
 */
export const precheck =
  (engine: Engine) =>
  (stream: StreamRef, commandType: string, data: object): Rejection | undefined => {
    if (stream.type !== 'order' || commandType !== 'PlaceOrder') return undefined;
    const { tenant } = stream;
    const global = engine.globalOf(tenant) as TenantState | undefined;
    if (global?.policy.stock !== 'tracked') return undefined;
    const isReceived = (sku: string) => (location: string) =>
      engine.versionOf({ tenant, type: 'stock', key: stockKeyOf(sku, location) }) !== undefined;
    const { lines } = data as Placement;
    const index = lines.findIndex(({ sku }) => !stockLocationsOf(global, sku).some(isReceived(sku)));
    return index === -1
      ? undefined
      : {
          code: 'unknown-sku',
          kind: 'content',
          reason: `the sku of this line was never received at ${stockLocationsOf(global, lines[index]?.sku ?? '').join(' or ')}`,
          pointer: `/lines/${String(index)}/sku`,
        };
  };
