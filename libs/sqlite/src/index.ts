export { lockFolder, prepareFolder, readEngineFile, removeEngineFile, writeEngineFile } from './folder.ts';
export type { EngineFile, FolderLock } from './folder.ts';
export { openLog, readLog, type LogReader, type OpenLogOptions, type SqliteLog } from './log/event-log.ts';
export type { Durability } from './log/log-file.ts';
export { salvage, type Salvage, type SalvagedGroup } from './log/salvage.ts';
export { dropViewFiles, viewGeneration } from './views/view-file.ts';
export { placementFile, type PlacementFile } from './views/placement-file.ts';
export { readShownViews, readViewContents, type ViewContents } from './views/view-contents.ts';
export { openViewReader } from './views/view-reader.ts';
export { openViewStore } from './views/view-store.ts';
export { queryWorker, type QueryWorkerOptions } from './workers/query-worker.ts';
export {
  compareInThread,
  type ComparingOptions as ComparingThreadOptions,
} from './workers/comparing-worker.ts';
export { serveComparing } from './workers/serve-comparing.ts';
export { serveQueries } from './workers/serve-queries.ts';
export { serveViewsWorker } from './workers/serve-views.ts';
export type { ProjectorContext, ProjectorFactory } from './workers/views-protocol.ts';
export { viewsWorker, type ViewsWorker, type ViewsWorkerOptions } from './workers/views-worker.ts';
export { workerEntry, type WorkerEntry } from './workers/worker-entry.ts';
export { openKeyStore, type KeyStoreOptions, type SqliteKeyStore } from './keys/key-store.ts';
export { snapshotFile } from './snapshot-file.ts';
export { openConsumerFile, type ConsumerFile } from './consumers/consumer-file.ts';
