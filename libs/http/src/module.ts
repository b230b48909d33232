import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ENGINE_CONTROLLERS } from './controllers.ts';
import { EDGE, type Edge } from './edge.ts';
import { OperationsController } from './operations.controller.ts';
import { ProblemFilter } from './problem-filter.ts';

/** The HTTP surface as a Nest module. Its one provider is the composed engine with what surrounds it, by value. */
@Module({})
export class OrderloomHttp {
  static with(edge: Edge): DynamicModule {
    return {
      module: OrderloomHttp,
      controllers: [...ENGINE_CONTROLLERS, OperationsController],
      providers: [
        { provide: EDGE, useValue: edge },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
