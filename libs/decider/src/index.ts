export type {
  Command,
  Event,
  StreamRef,
  Rejection,
  Decision,
  DecideContext,
  EvolveContext,
  Decider,
  Verdict,
} from './words.ts';
export { accept, refuseState, refuseContent, refuseMissing, streamIdOf } from './words.ts';
export type { Position, Attribution, RecordedEvent } from './recorded-event.ts';
export { eventIdOf } from './recorded-event.ts';
export { SLOTS, murmur2, slotOf, utf8 } from './slot.ts';
export { orderIdOf, orderIdsFrom, timeOfOrderId, slotOfOrderId } from './order-id.ts';
export type {
  CommandRule,
  Deadline,
  Explanation,
  Guard,
  ReactContext,
  Reaction,
  Registry,
  SentCommand,
  StreamType,
  TenantClock,
} from './stream-type.ts';
export { defineStreamType, statusIn } from './stream-type.ts';
export type { Projection, Summed } from './projection.ts';
export { fold } from './fold.ts';
