export { outsideCommands } from './edge-catalogue.ts';
export { edgeOptions, type EdgeParts } from './edge-options.ts';
export { OrderloomHealth, type OrderloomHealthResult } from './health.ts';
export { InjectOrderloom, OnOrderEvent, type OrderEventOf, type OrderEventType } from './on-order-event.ts';
export { ORDERLOOM_CLIENT, type OrderloomOptions } from './options.ts';
export { OrderloomModule, type OrderloomAsyncOptions } from './orderloom.module.ts';
