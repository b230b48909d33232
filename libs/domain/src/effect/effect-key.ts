import { slotOfOrderId } from '@orderloom/decider';

/** The key of the call that one event of an order begins for one webhook; the provider sees it as the call's id. */
export const effectKeyOf = (orderId: string, version: number, name: string): string =>
  `${orderId}.${version}.${name}`;

/** The key of the question that the start of a payment begins. A webhook may have the name of a provider. */
export const queryKeyOf = (orderId: string, version: number, provider: string): string =>
  `${effectKeyOf(orderId, version, provider)}.query`;

/** The key of the call that one leg of a refund begins; `refundId` is `refund-N`, and legs are counted from 1. */
export const refundKeyOf = (orderId: string, refundId: string, provider: string, leg: number): string =>
  `${orderId}.${refundId.slice('refund-'.length)}.${provider}.refund-${leg}`;

export type LegStep = 'freeze' | 'capture' | 'release';

/** The key of the call that one step of a bill's leg begins; bills of an order and legs of a bill are counted from 1. */
export const legKeyOf = (
  orderId: string,
  bill: number,
  provider: string,
  step: LegStep,
  leg: number,
): string => `${orderId}.${bill}.${provider}.${step}-${leg}`;

/** The key of the call that tells a webhook that another call was given up; `version`: that of the event that says so. */
export const alarmKeyOf = (effectId: string, version: number, name: string): string =>
  `${effectId}.given-up-${version}.${name}`;

/** The effect that an alarm tells of; `undefined`: the key is none of an alarm. */
export const effectAlarmedOf = (key: string): string | undefined =>
  /^(.+)\.given-up-\d+\.[^.]+$/.exec(key)?.[1];

const KEY =
  /^([^.]+)\.[1-9]\d{0,15}\.[a-z][a-z0-9-]{0,63}(?:\.(?:query|(?:refund|freeze|capture|release)-[1-9]\d{0,2}))?(?:\.given-up-[1-9]\d{0,15}\.[a-z][a-z0-9-]{0,63})?$/;

/** An effect lies in its order's slot: both are decided in one transaction. */
export const slotOfEffect = (key: string): number | undefined => {
  const orderId = KEY.exec(key)?.[1];
  return orderId === undefined ? undefined : slotOfOrderId(orderId);
};
