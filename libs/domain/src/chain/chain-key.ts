import { slotOfOrderId } from '@orderloom/decider';

/** The key of the chain in which one webhook hears of one order. */
export const chainKeyOf = (orderId: string, name: string): string => `${orderId}.${name}`;

const KEY = /^([^.]+)\.[a-z][a-z0-9-]{0,63}$/;

/** A chain lies in its order's slot, as its effects do: an event, its place in the chain and the call are one transaction. */
export const slotOfChain = (key: string): number | undefined => {
  const orderId = KEY.exec(key)?.[1];
  return orderId === undefined ? undefined : slotOfOrderId(orderId);
};
