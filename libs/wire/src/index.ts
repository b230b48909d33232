export { wireCodec, type WireOptions } from './wire-codec.ts';
export type { Upcaster } from './upcasters.ts';
export { validateEdge } from './validation.ts';
export { edgeCommand, subjectOf, type EdgeCommand, type Sealer } from './edge-command.ts';
export { openReceiver, sealReceiver } from './sealing.ts';
export { searchTokens, type Searchable } from './search-tokens.ts';
export { cloudEventsType, jsonData, jsonEvent } from './json.ts';
export { edgeCommandSchemas, eventSchemas, type SchemaTable } from './generated/json-schemas.ts';
export { holdsCardNumber } from './card-number.ts';
