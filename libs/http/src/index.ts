export { CommandsController } from './commands.controller.ts';
export { EDGE, edgeOf, type Edge } from './edge.ts';
export { EventsController } from './events.controller.ts';
export { GroupsController } from './groups.controller.ts';
export { holdDeadlines } from './guest.ts';
export { ParkedController } from './parked.controller.ts';
export { QueriesController } from './queries.controller.ts';
export { OrderloomHttp } from './module.ts';
export type {
  CommandSchemas,
  EdgeEvents,
  EdgeLog,
  HttpOptions,
  JsonSchema,
  LifecycleDescription,
  PreparedCommand,
} from './options.ts';
export { EDGE_PROBLEMS, type EdgeCode, type Problem } from './problem.ts';
export { createHttpServer, type HttpServer } from './server.ts';
