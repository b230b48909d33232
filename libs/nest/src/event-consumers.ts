import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ClientError, type Client, type EventHandler } from '@orderloom/client';
import { subscriptionsOf, type OrderEventType } from './on-order-event.ts';
import { ORDERLOOM_CLIENT, ORDERLOOM_ENGINE, ORDERLOOM_OPTIONS, type OrderloomOptions } from './options.ts';
import type { OpenedEngine } from './opened-engine.ts';

type Handlers = ReadonlyMap<OrderEventType, EventHandler>;

/** Finds the methods that consume events, and begins to consume when all of the application is there. */
@Injectable()
export class EventConsumers implements OnApplicationBootstrap {
  private readonly discovery: DiscoveryService;
  private readonly scanner: MetadataScanner;
  private readonly client: Client;
  private readonly engine: OpenedEngine;
  private readonly options: OrderloomOptions;

  // eslint-disable-next-line max-params -- Nest injects one by one
  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) scanner: MetadataScanner,
    @Inject(ORDERLOOM_CLIENT) client: Client,
    @Inject(ORDERLOOM_ENGINE) engine: OpenedEngine,
    @Inject(ORDERLOOM_OPTIONS) options: OrderloomOptions,
  ) {
    this.discovery = discovery;
    this.scanner = scanner;
    this.client = client;
    this.engine = engine;
    this.options = options;
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const [group, handlers] of this.groups())
      await this.client.consume(
        group,
        async (event, context) => {
          await handlers.get(event.type)?.(event, context);
        },
        {
          onProblem: ({ message }) => {
            this.engine.log.warn({ group }, message);
          },
          ...this.options.consumers?.[group],
          events: [...handlers.keys()],
        },
      );
  }

  /** Group -> event type -> the one method that handles it. */
  private groups(): ReadonlyMap<string, Handlers> {
    const groups = new Map<string, Map<OrderEventType, EventHandler>>();
    for (const { group, type, handler } of this.handlers()) {
      const handlers = groups.get(group) ?? new Map<OrderEventType, EventHandler>();
      if (handlers.has(type))
        throw new ClientError(
          'invalid-argument',
          `the group ${group} handles ${type} twice: what fails in one would be done again in the other`,
        );
      groups.set(group, handlers.set(type, handler));
    }
    return groups;
  }

  private handlers() {
    return this.discovery.getProviders().flatMap(({ instance }) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const prototype = Object.getPrototypeOf(instance) as Readonly<Record<string, unknown>> | null;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const method = prototype?.[name];
        if (typeof method !== 'function') return [];
        const handler = method.bind(instance) as EventHandler;
        return subscriptionsOf(method).map((subscription) => ({ ...subscription, handler }));
      });
    });
  }
}
