export { askingHooks, type AskingHooks, type VerdictCount } from './asking-hooks.ts';
export { openEmbedded, type Embedded, type EmbeddedOptions } from './open-embedded.ts';
export { liveGeneration } from './generations/folds-of.ts';
export { ensureTenant } from './ensure-tenant.ts';
export { learnFromEvent, learnFromLetters } from './learning-keys.ts';
