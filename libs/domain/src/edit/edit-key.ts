import { slotOfOrderId } from '@orderloom/decider';

const KEY = /^([^.]+)\.[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** The order that an edit is of; '' where the text names none. An edit is called `ORDER.NAME`, by whoever begins it. */
export const orderOfEdit = (key: string): string => KEY.exec(key)?.[1] ?? '';

/** An edit lies in its order's slot: both are decided in one transaction. */
export const slotOfEdit = (key: string): number | undefined => {
  const orderId = orderOfEdit(key);
  return orderId === '' ? undefined : slotOfOrderId(orderId);
};
