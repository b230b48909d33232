export { cacheGenerations } from './generations/cache-generations.ts';
export { followedGeneration } from './generations/followed-generation.ts';
export { cachePlace } from './generations/cache-place.ts';
export {
  openEngine,
  type DistributedEngine,
  type DistributedEngineOptions,
  type ShownParts,
} from './open-engine.ts';
export { eventTail } from './event-tail.ts';
export { groupMembers } from './group-members.ts';
export { openProcessors, type ProcessorsOptions } from './open-processors.ts';
export { parkedGroups } from './parked-groups.ts';
export type { DistributedOptions } from './parts.ts';
export { partOf, partsUpTo, searchPlace } from './generations/search-place.ts';
export { searchedViews, type SearchedViews } from './generations/searched-views.ts';
export { sendingBehindKeys } from './sending-behind-keys.ts';
export { untilDecided } from './until-decided.ts';
