export { ENGINE_CONTROLLERS } from './controllers.ts';
export { EDGE, edgeOf, type Edge } from './edge.ts';
export { holdDeadlines } from './guest.ts';
export { OrderloomHttp } from './module.ts';
export type {
  CommandSchemas,
  EdgeEvents,
  EdgeLog,
  EdgeWork,
  HttpOptions,
  JsonSchema,
  LifecycleDescription,
  PreparedCommand,
} from './options.ts';
export { EDGE_PROBLEMS, type EdgeCode, type Problem } from './problem.ts';
export { createHttpServer, type HttpServer } from './server.ts';
