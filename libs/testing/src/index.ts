export type { Past, Scene } from './given.ts';
export { recorded, scenarios } from './given.ts';
export { recordedEvent, viewScenarios } from './given-view.ts';
export type { VirtualClock } from './virtual-clock.ts';
export { turns, virtualClock } from './virtual-clock.ts';
export type { Skip } from './contracts/contract-cases.ts';
export { contractCases } from './contracts/contract-cases.ts';
export type { ArchiveStoreContract, ArchiveStorePlace } from './contracts/archive-store-contract.ts';
export { archiveStoreContract } from './contracts/archive-store-contract.ts';
export type { EventLogContract, EventLogPlace } from './contracts/event-log-contract.ts';
export { aGroup, eventLogContract } from './contracts/event-log-contract.ts';
export { groupProgressContract } from './contracts/group-progress-contract.ts';
export type { HookContract, HookPlace } from './contracts/hook-contract.ts';
export { hookContract } from './contracts/hook-contract.ts';
export type { KeyStoreContract, KeyStorePlace } from './contracts/key-store-contract.ts';
export { keyStoreContract } from './contracts/key-store-contract.ts';
export type { PaymentProviderContract, PaymentProviderPlace } from './contracts/payment-provider-contract.ts';
export { paymentProviderContract } from './contracts/payment-provider-contract.ts';
export type { PlacementRecordContract } from './contracts/placement-record-contract.ts';
export { placementRecordContract } from './contracts/placement-record-contract.ts';
export type { SchemaIdsContract } from './contracts/schema-ids-contract.ts';
export { schemaIdsContract } from './contracts/schema-ids-contract.ts';
export type { SnapshotStoreContract } from './contracts/snapshot-store-contract.ts';
export { snapshotStoreContract } from './contracts/snapshot-store-contract.ts';
export type { ViewGenerationsContract, ViewGenerationsPlace } from './contracts/view-generations-contract.ts';
export { viewGenerationsContract } from './contracts/view-generations-contract.ts';
export type { ViewStoreContract } from './contracts/view-store-contract.ts';
export { viewStoreContract } from './contracts/view-store-contract.ts';
export type { ViewStorePlace } from './contracts/view-store-place.ts';
export { bank, type Account, type Owner } from './example/bank.ts';
export { accountView, bankHistory, type AccountDocument, type BankHistory } from './example/bank-history.ts';
export { BANK_START, bankEngine } from './example/bank-engine.ts';
export { engineProcess, type EngineProcess } from './engine-process.ts';
export type {
  BegunPayment,
  FakePaymentProvider,
  FakeProviderOptions,
  ProviderBook,
  ProviderCallback,
  ProviderFaults,
} from './fake-payment-provider.ts';
export type { LegFault, LegStep } from './fake-legs.ts';
export { fakePaymentProvider } from './fake-payment-provider.ts';
export type { FakeHook, FakeHookOptions, HookMood } from './fake-hook.ts';
export { fakeHook } from './fake-hook.ts';
export { faultProxy, type Fault, type FaultProxy, type ProxiedAnswer } from './fault-proxy.ts';
export { leftOut } from './left-out.ts';
export { memoryEngine, type MemoryEngineParts } from './memory-engine.ts';
export { mugOrder, mugPayment } from './mug-order.ts';
export { outage, type Outage } from './outage.ts';
export type { PowerCut } from './power-cut.ts';
export { powerCut, powerCutObstacle } from './power-cut.ts';
export { random, type Random } from './random.ts';
export type { ShopOrder, ShopStep, ShopWords } from './seeded-shop.ts';
export { seededShop } from './seeded-shop.ts';
export type { HistoryEntry } from './history/entries.ts';
export { readHistory } from './history/entries.ts';
export { recordHistory, type HistoryRecorder } from './history/recorder.ts';
export type { CheckName } from './history/findings.ts';
export type { Legal } from './history/folds.ts';
export type { LogEvent } from './history/log-book.ts';
export type { CheckOptions, HistoryReport } from './history/check.ts';
export { checkHistory } from './history/check.ts';
export { NULL_CONTROLS, noticed, type NullControl } from './history/null-controls.ts';
export { serveHook, type ReceivedQuestion, type ServedHook } from './serve-hook.ts';
export { servePayments, type ServedPayments } from './serve-payments.ts';
export { throughEach } from './through-each.ts';
export { until } from './until.ts';
export { WITH_PARENT } from './with-parent.ts';
