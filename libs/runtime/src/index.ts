export type { Config } from './config.ts';
export { ConfigError, readConfig } from './config.ts';
export type { Logger, LoggerOptions } from './logger.ts';
export { jsonLogger } from './logger.ts';
export { metricsRegistry } from './metrics.ts';
export { nearestName } from './nearest-name.ts';
export { operationsServer } from './operations-server.ts';
export type { Closer, StopOptions } from './stop.ts';
export { onStop } from './stop.ts';
