export type { BatchCommand, Client, ParkedStream, ParkedWork, SendOptions } from './client.ts';
export {
  approvalRegion,
  defineLifecycle,
  knownLifecycles,
  lifecyclesIn,
  WHEN_APPROVED,
  type LifecycleSpec,
  type OrderloomConfig,
  type OwnLifecycle,
} from '@orderloom/domain';
export { ClientError } from './client-error.ts';
export { connect, type Connection, type ConnectOptions } from './connect.ts';
export {
  handlePersistently,
  TryLater,
  type EventHandler,
  type HandlerContext,
} from './consuming/attempts.ts';
export type { ConsumeOptions } from './consuming/consumer.ts';
export {
  followEvents,
  type Consumer,
  type ConsumerProblem,
  type EventFollower,
} from './consuming/follow-events.ts';
export { followingLog, type Following } from './consuming/following.ts';
export { Workers } from './consuming/workers.ts';
export type { ConsumedEvent } from './consuming/event.ts';
export { followingEngine, type EmbeddedEngine } from './embedded-transport.ts';
export { COLLECTIONS } from './http/address.ts';
export type { HttpConnection } from './http/http-place.ts';
export type { KafkaConnection, SealingKeys } from './kafka/kafka-transport.ts';
export { singleEvents } from './kafka/single-events.ts';
export type { ReadableEngine } from './reading/engine-queries.ts';
export type {
  EffectPage,
  EffectQuery,
  Explained,
  GetOptions,
  History,
  HistoryOptions,
  OrderFacet,
  OrderPage,
  OrderQuery,
  ReadableType,
  ReadOptions,
  WorkPage,
  WorkQuery,
} from './reading/reading.ts';
export type { Done, Result } from './result.ts';
export type { NewOrder, OrderCommandData, OrderCommandType } from './said.ts';
export { reconcile, type Books, type Held, type Statement } from './reconciling/reconcile.ts';
export type { RedriveOptions, RedriveQuery } from './redriving/effect-work.ts';
export {
  failedCalls,
  redriveCalls,
  type Calls,
  type FailedCalls,
  type Redrive,
  type Redriven,
  type ShownCall,
} from './redriving/redrive-calls.ts';
