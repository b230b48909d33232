import { orderIdOf, slotOfOrderId, timeOfOrderId } from '@orderloom/decider';
import { sha256 } from '../order/lifecycle/sha256.ts';

/** Digits of a hash that are 48 bits of it. */
const HASH_DIGITS = 12;

/** The id of a leg's order: of the itinerary's instant and slot, and the same however often it is asked for. */
export const orderOfLeg = (itineraryId: string, index: number): string =>
  orderIdOf(
    timeOfOrderId(itineraryId) ?? 0,
    slotOfOrderId(itineraryId) ?? 0,
    Number.parseInt(sha256(`${itineraryId}/${index}`).slice(0, HASH_DIGITS), 16),
  );
