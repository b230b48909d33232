import 'reflect-metadata';
import {
  Global,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { connect } from '@orderloom/client';
import { ENGINE_CONTROLLERS, EDGE, edgeOf } from '@orderloom/http';
import { edgeOptions } from './edge-options.ts';
import { EventConsumers } from './event-consumers.ts';
import { OrderloomHealth } from './health.ts';
import { EngineLife } from './life.ts';
import { openEngine } from './open-engine.ts';
import type { OpenedEngine } from './opened-engine.ts';
import { ORDERLOOM_CLIENT, ORDERLOOM_ENGINE, ORDERLOOM_OPTIONS, type OrderloomOptions } from './options.ts';

export type OrderloomAsyncOptions = Pick<ModuleMetadata, 'imports'> & {
  readonly inject?: FactoryProvider['inject'];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever `inject` names
  readonly useFactory: (...injected: any[]) => OrderloomOptions | Promise<OrderloomOptions>;
};

const VERSION = '0.1.0';

const providers = [
  { provide: ORDERLOOM_ENGINE, inject: [ORDERLOOM_OPTIONS], useFactory: openEngine },
  {
    provide: EDGE,
    inject: [ORDERLOOM_ENGINE],
    useFactory: ({ durability, connection, ...opened }: OpenedEngine) => {
      const profile = 'kafka' in connection ? 'kafka' : 'embedded';
      return edgeOf(edgeOptions({ ...opened, build: { version: VERSION, profile, durability } }));
    },
  },
  {
    provide: ORDERLOOM_CLIENT,
    inject: [ORDERLOOM_ENGINE],
    useFactory: ({ connection }: OpenedEngine) => connect(connection),
  },
  EventConsumers,
  EngineLife,
  OrderloomHealth,
];

/**
 * An order engine in somebody's own Nest application: the routes below `/v1`, a client to inject, methods that consume
 * events, a health indicator. It stops with the application, after the last request was answered.
 */
@Global()
@Module({})
export class OrderloomModule {
  static forRoot(options: OrderloomOptions): DynamicModule {
    return OrderloomModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: OrderloomAsyncOptions): DynamicModule {
    return {
      module: OrderloomModule,
      imports: [DiscoveryModule, ...imports],
      controllers: [...ENGINE_CONTROLLERS],
      providers: [{ provide: ORDERLOOM_OPTIONS, inject, useFactory }, ...providers],
      exports: [ORDERLOOM_CLIENT, OrderloomHealth],
    };
  }
}
