import { CallbacksController } from './callbacks.controller.ts';
import { CommandsController } from './commands.controller.ts';
import { CommandResultsController } from './command-results.controller.ts';
import { EditsController } from './edits.controller.ts';
import { EventsController } from './events.controller.ts';
import { GroupsController } from './groups.controller.ts';
import { LedgerController } from './ledger.controller.ts';
import { ParkedController } from './parked.controller.ts';
import { ProjectionsController } from './projections.controller.ts';
import { QueriesController } from './queries.controller.ts';
import { SettledController } from './settled.controller.ts';
import { WorkController } from './work.controller.ts';

/** The routes that callers use; health and metrics are for whoever mounts them. */
export const ENGINE_CONTROLLERS = [
  CallbacksController,
  CommandsController,
  CommandResultsController,
  EventsController,
  GroupsController,
  ParkedController,
  ProjectionsController,
  // In front of the queries, which take any other address.
  WorkController,
  EditsController,
  LedgerController,
  SettledController,
  QueriesController,
] as const;
