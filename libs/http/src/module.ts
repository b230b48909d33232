import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CommandsController } from './commands.controller.ts';
import { EDGE, type Edge } from './edge.ts';
import { EventsController } from './events.controller.ts';
import { GroupsController } from './groups.controller.ts';
import { OperationsController } from './operations.controller.ts';
import { ParkedController } from './parked.controller.ts';
import { ProblemFilter } from './problem-filter.ts';
import { QueriesController } from './queries.controller.ts';

/** The HTTP surface as a Nest module. Its one provider is the composed engine with what surrounds it, by value. */
@Module({})
export class OrderloomHttp {
  static with(edge: Edge): DynamicModule {
    return {
      module: OrderloomHttp,
      controllers: [
        CommandsController,
        EventsController,
        GroupsController,
        ParkedController,
        QueriesController,
        OperationsController,
      ],
      providers: [
        { provide: EDGE, useValue: edge },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
