import { refuseMissing, type Decision } from '@orderloom/decider';
import type { EffectCall } from '../messages/generated/types.ts';
import type { TenantState } from '../tenant/state.ts';

/** What an effect is given up for that nobody wants any more. */
export const UNSUBSCRIBED = 'unsubscribed';

/** The call as the tenant wants it now; `undefined`: it does not want it any more. */
export const wantedCall = (
  call: EffectCall,
  { webhooks, providers }: TenantState,
): EffectCall | undefined => {
  const provider = providers?.[call.name];
  switch (call.handler) {
    case 'payment-query':
      return provider && call;
    case 'payment-refund':
      return provider?.refunds === true ? call : undefined;
    case 'leg-freeze':
    case 'leg-capture':
    case 'leg-release':
      return provider?.legs === true ? call : undefined;
  }
  const url = webhooks?.[call.name]?.url;
  return url === undefined ? undefined : { ...call, url };
};

/** Nobody wants it any more, and says so to whoever would have it made again. */
export const refuseUnwanted = ({ handler, name }: EffectCall): Decision<never> =>
  handler === 'webhook'
    ? refuseMissing('unknown-webhook', `the tenant has no webhook ${name} any more; subscribe it again`)
    : refuseMissing('unknown-provider', `the tenant has no provider ${name} any more; register it again`);
