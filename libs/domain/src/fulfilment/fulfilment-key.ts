import { slotOfOrderId } from '@orderloom/decider';

/** The key of the n-th fulfilment of an order, from 1; whoever is asked for it knows it by this name. */
export const fulfilmentKeyOf = (orderId: string, number: number): string => `${orderId}.${number}`;

const KEY = /^([^.]+)\.([1-9]\d{0,5})$/;

/** The order that a fulfilment is a part of; '' where the text names none. */
export const orderOfFulfilment = (key: string): string => KEY.exec(key)?.[1] ?? '';

/** Its number in that order; 0 where the text names none. */
export const numberOfFulfilment = (key: string): number => Number(KEY.exec(key)?.[2] ?? 0);

/** A fulfilment lies in its order's slot: both are decided in one transaction. */
export const slotOfFulfilment = (key: string): number | undefined => {
  const orderId = orderOfFulfilment(key);
  return orderId === '' ? undefined : slotOfOrderId(orderId);
};
