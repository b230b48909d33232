export { slotOfCommand } from './command-slot.ts';
export { commandRequest, readSection, sectionText } from './command.ts';
export type { CommandRequest, CommandResult, SectionVersion } from './command.ts';
export {
  archiveCorrupt,
  archiveUnavailable,
  EngineError,
  groupTooLarge,
  logCorrupt,
  logFenced,
  logUnavailable,
  isElsewhere,
  notAvailable,
  queryTimeout,
  schemaNotPublished,
  unreadableFrame,
} from './errors.ts';
export { alarmNames, type Alarm, type OnAlarm } from './alarm.ts';
export type { DecidedGroup, OnDecided } from './decided.ts';
export type { Engine, EngineFigures } from './engine-api.ts';
export { createEngine, type EngineOptions } from './engine.ts';
export { openArchiver, type ArchiverOptions } from './archiving/archiver.ts';
export type { OtherArchives } from './archiving/arrived-slots.ts';
export { renumbering, schemaNumbering, type SchemaNumbering } from './archiving/renumbering.ts';
export { allMechanisms, type Mechanisms } from './mechanisms.ts';
export { readVerdicts, verdictsText } from './verdicts.ts';
export { systemClock, type Clock } from './clock.ts';
export { hookAnswerIn, type FindHook, type Hook, type HookAnswer, type HookQuestion } from './ports/hook.ts';
export { repeating, type Repeating } from './repeating.ts';
export { createProjector, type Projector, type ProjectorOptions } from './projector.ts';
export { FollowedGenerations, type FollowedGeneration } from './projecting/followed-generations.ts';
export {
  compareViews,
  type ComparingOptions,
  type Comparison,
  type Difference,
} from './generations/comparing.ts';
export {
  fedGenerations,
  firstPlacement,
  isGivenUp,
  placementAfter,
  type BesideState,
  type Placement,
  type PlacementStep,
} from './generations/placement.ts';
export {
  digestKey,
  digestsOf,
  pagedDigests,
  heldDigests,
  type Digests,
  type KeptDocument,
  type ShownViews,
} from './generations/view-digests.ts';
export { HISTORY, isInShare, isWithin, type IdRange, type Share } from './generations/shares.ts';
export { REBUILD_STEPS, unrecorded, type RebuildRecord } from './generations/rebuild-record.ts';
export { RunningGenerations } from './generations/running-generations.ts';
export { applyWindows } from './projecting/apply-windows.ts';
export {
  projecting,
  type ProjectedWindow,
  type ProjectingOptions,
  type ProjectingProblem,
} from './projecting/projecting.ts';
export { IDEMPOTENCY_WINDOW_MS } from './processor/forgetting.ts';
export { rememberedCommands, type RememberedCommand } from './processor/remembered-commands.ts';
export { explainEntry } from './processor/explaining.ts';
export { Processor } from './processor/processor.ts';
export { restore, type RestoreListener } from './processor/restoring.ts';
export { ENGINE_CODES, refusedBefore, type EngineCode } from './processor/results.ts';
export type { ArchiveBatch, ArchivedStream, ArchiveReader, ArchiveStore } from './ports/archive-store.ts';
export type {
  Codec,
  CommandCodec,
  DecodedFrame,
  EventParts,
  FrameParts,
  Violation,
  WriterSchema,
} from './ports/codec.ts';
export type {
  ArrivedSlot,
  CascadeRoot,
  DeadLetter,
  EventLog,
  Group,
  OutboundCommand,
  ParkedReaction,
  StoredGroup,
} from './ports/event-log.ts';
export {
  hasReached,
  isWanted,
  type EventTail,
  type TailedEvent,
  type TailPlace,
  type TailStep,
  type WantedEvents,
} from './ports/event-tail.ts';
export type { EventPartition, EventSource, HasRead, PartitionTask } from './ports/event-source.ts';
export {
  tailedMember,
  type GroupMember,
  type MemberPiece,
  type MemberReading,
} from './ports/group-member.ts';
export { parkedStreamsOf, type ParkedStream } from './parked-streams.ts';
export { explained } from './explained.ts';
export { eventsUpTo } from './events-up-to.ts';
export { documentAsOf, type Moment, type Past } from './past.ts';
export { traceOf, type Trace, type TracedTimer, type TraceParts } from './trace/trace.ts';
export { knownPast, tenantTime, type KnownPast, type TenantTime } from './known-past.ts';
export { searchWords, totalsOf, type Facets, type WordSearch } from './word-search.ts';
export { EFFECTS_GROUP, groupKeyOf } from './ports/group-progress.ts';
export type {
  GroupFollowing,
  GroupProgress,
  KeptProgress,
  OwnedProgress,
  ParkedGroups,
  ParkedOfGroup,
} from './ports/group-progress.ts';
export type { KeyStore, SubjectKey } from './ports/key-store.ts';
export {
  LANES,
  type CascadeProgress,
  type FollowedPartition,
  type InputEnds,
  type InputOffsets,
  type InputRecord,
  type Lane,
  type LaneOffsets,
  type OwnedPartition,
  type PartitionStep,
  type Reply,
  type StepSource,
} from './ports/partition-port.ts';
export type {
  Exchange,
  Heard,
  LegAnswer,
  LegRequest,
  PaymentAnswer,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
  Silence,
} from './ports/payment-provider.ts';
export type { SchemaIds } from './ports/schema-ids.ts';
export {
  isMove,
  type LogEntry,
  type PartitionLog,
  type SlotClosed,
  type SlotMove,
  type SlotOpened,
} from './ports/slot-moves.ts';
export type { Snapshot, SnapshotHead, SnapshotStore } from './ports/snapshot-store.ts';
export type { SnapshotPace } from './snapshot-taking.ts';
export { pageSize } from './ports/page-size.ts';
export { underItsKey, type StoredDocument } from './ports/stored-document.ts';
export type { ViewFeed } from './ports/view-feed.ts';
export type {
  GenerationsPlace,
  PlacementRecord,
  ViewGenerations,
  ViewGenerationsReport,
  ViewsWorkEnd,
} from './ports/view-generations.ts';
export type {
  Checkpoint,
  DocumentRemoval,
  DocumentWrite,
  ListPage,
  ParkedEvent,
  Sum,
  SumChange,
  StreamChunk,
  ViewBatch,
  ViewReader,
  ViewStore,
} from './ports/view-store.ts';
export { DeadlineWatch, type DeadlineRule } from './partition/deadline-watch.ts';
export { GlobalEvents } from './partition/global-events.ts';
export { OpenSlots } from './partition/open-slots.ts';
export { PartitionOwner, type PartitionOwnerParts } from './partition/partition-owner.ts';
export type { ForeignLog } from './partition/slot-histories.ts';
export { memoryArchive, type MemoryArchive } from './memory/memory-archive.ts';
export { inProcessViews } from './memory/in-process-views.ts';
export { jsonCodec, jsonCommands } from './memory/json-codec.ts';
export {
  memoryDisk,
  memoryEventLog,
  type MemoryDisk,
  type MemoryLogOptions,
} from './memory/memory-event-log.ts';
export { memorySchemaIds } from './memory/memory-schema-ids.ts';
export { memoryEventSource, type MemoryEventSource } from './memory/memory-event-source.ts';
export { memorySnapshotStore } from './memory/memory-snapshot-store.ts';
export {
  ALL,
  asksForAll,
  MOST_COUNTED,
  MOST_VALUES,
  mostFrequent,
  pageOfHits,
  placeInQueue,
  type HitPlace,
  type Later,
  type Queue,
  type SearchPage,
  type SearchQuestion,
  type SearchTerm,
} from './ports/view-search.ts';
export { memoryViewStore } from './memory/memory-view-store.ts';
export { eventsIn, framesIn, splitFrames } from './frames.ts';
export { syncFolder } from './sync-folder.ts';
export { RecentMap } from './recent-map.ts';
export { memoryCluster, type MemoryCluster } from './memory/memory-cluster.ts';
export { memoryKeyStore } from './memory/memory-key-store.ts';
