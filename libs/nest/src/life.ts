import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { ClientError, type Client } from '@orderloom/client';
import { EDGE, holdDeadlines, type Edge } from '@orderloom/http';
import { ORDERLOOM_CLIENT, ORDERLOOM_ENGINE } from './options.ts';
import type { OpenedEngine } from './opened-engine.ts';

/** Ties the engine to the application: its server's hooks, and an orderly stop. */
@Injectable()
export class EngineLife implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly host: HttpAdapterHost;
  private readonly edge: Edge;
  private readonly client: Client;
  private readonly engine: OpenedEngine;

  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(EDGE) edge: Edge,
    @Inject(ORDERLOOM_CLIENT) client: Client,
    @Inject(ORDERLOOM_ENGINE) engine: OpenedEngine,
  ) {
    this.host = host;
    this.edge = edge;
    this.client = client;
    this.engine = engine;
  }

  onModuleInit(): void {
    const adapter = this.host.httpAdapter as FastifyAdapter | undefined;
    // A worker without a server consumes all the same.
    if (adapter === undefined) return;
    if (adapter.getType() !== 'fastify')
      throw new ClientError('invalid-argument', 'the routes need the FastifyAdapter');
    holdDeadlines(adapter.getInstance(), this.edge);
  }

  /** Requests are still being answered; nothing new is begun. */
  async beforeApplicationShutdown(): Promise<void> {
    this.edge.health.stopping = true;
    this.edge.readers.stop();
    await this.client.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    this.edge.arrivals.close();
    await this.engine.stop();
  }
}
