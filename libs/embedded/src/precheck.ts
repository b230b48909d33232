import type { Rejection, StreamRef } from '@orderloom/decider';
import { stockKeyOf, stockLocationsOf, type TenantState } from '@orderloom/domain';
import type { Engine } from '@orderloom/engine';

type Placement = { readonly lines: readonly { readonly sku: string }[] };
type Together = { readonly legs: readonly Placement[] };

/** What is to be placed, and where the command says it. */
const placementsIn = (commandType: string, data: object): readonly (readonly [Placement, string])[] => {
  if (commandType === 'PlaceOrder') return [[data as Placement, '']];
  if (commandType !== 'PlaceItinerary') return [];
  return (data as Together).legs.map((leg, index) => [leg, `/legs/${index}`] as const);
};

/**
 * What a placement needs that its order's stream cannot see: where stock is tracked, every sku must have been received
 * once at a location where it is asked for. A sku that was received stays received, so the answer cannot be overtaken.
 */
export const precheck =
  (engine: Engine) =>
  (stream: StreamRef, commandType: string, data: object): Rejection | undefined => {
    if (stream.type !== 'order' && stream.type !== 'itinerary') return undefined;
    const { tenant } = stream;
    const global = engine.globalOf(tenant) as TenantState | undefined;
    if (global?.policy.stock !== 'tracked') return undefined;
    const isReceived = (sku: string) => (location: string) =>
      engine.versionOf({ tenant, type: 'stock', key: stockKeyOf(sku, location) }) !== undefined;
    for (const [{ lines }, at] of placementsIn(commandType, data)) {
      const index = lines.findIndex(({ sku }) => !stockLocationsOf(global, sku).some(isReceived(sku)));
      const line = lines[index];
      if (line === undefined) continue;
      const locations = stockLocationsOf(global, line.sku).join(' or ');
      return {
        code: 'unknown-sku',
        kind: 'content',
        reason: `the sku of this line was never received at ${locations}`,
        pointer: `${at}/lines/${index}/sku`,
      };
    }
    return undefined;
  };
