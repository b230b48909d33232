import type { Rejection, StreamRef } from '@orderloom/decider';
import type { TenantState } from '@orderloom/domain';
import type { Engine } from '@orderloom/engine';

type Placement = { readonly lines: readonly { readonly sku: string }[] };

/**
 * What a placement needs that its order's stream cannot see: where stock is tracked, every sku must have been received
 * at the location once. A sku that was received stays received, so the answer cannot be overtaken.
 */
export const precheck =
  (engine: Engine) =>
  (stream: StreamRef, commandType: string, data: object): Rejection | undefined => {
    if (stream.type !== 'order' || commandType !== 'PlaceOrder') return undefined;
    const { tenant } = stream;
    const global = engine.globalOf(tenant) as TenantState | undefined;
    if (global?.policy.stock !== 'tracked') return undefined;
    const { location } = global.policy;
    const index = (data as Placement).lines.findIndex(
      ({ sku }) => engine.versionOf({ tenant, type: 'stock', key: `${sku}@${location}` }) === undefined,
    );
    return index === -1
      ? undefined
      : {
          code: 'unknown-sku',
          kind: 'content',
          reason: `the sku of this line was never received at location ${location}`,
          pointer: `/lines/${String(index)}/sku`,
        };
  };
