export type { Server } from './shared-server.ts';
export { sharedServer } from './shared-server.ts';
export type { OwnServer } from './own-server.ts';
export { ownServer } from './own-server.ts';
export type { ServerName, ServerOptions } from './servers/servers.ts';
export { obstacleTo } from './servers/servers.ts';
export type { StackErrorCode } from './stack-error.ts';
export { StackError } from './stack-error.ts';
