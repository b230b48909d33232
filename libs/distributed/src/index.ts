export { cacheGeneration } from './cache-generation.ts';
export { openEngine, type DistributedEngine, type DistributedEngineOptions } from './open-engine.ts';
export { eventTail } from './event-tail.ts';
export { openProcessors, type ProcessorsOptions } from './open-processors.ts';
export { parkedGroups } from './parked-groups.ts';
export type { DistributedOptions } from './parts.ts';
export { partOf, searchPlace } from './search-place.ts';
export { sendingBehindKeys } from './sending-behind-keys.ts';
export { untilDecided } from './until-decided.ts';
