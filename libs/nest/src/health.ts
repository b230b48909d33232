import { Inject, Injectable } from '@nestjs/common';
import { ORDERLOOM_ENGINE } from './options.ts';
import { EDGE, type Edge } from '@orderloom/http';
import type { OpenedEngine } from './opened-engine.ts';

/** Views older than this are down, ms. */
const LARGEST_LAG_MS = 30_000;

/** As `@nestjs/terminus` has it: `health.check([() => orderloom.check()])`. */
export type OrderloomHealthResult = {
  readonly orderloom: {
    readonly status: 'up' | 'down';
    /** Age of the views, ms. */
    readonly lagMs: number;
    /** Whether the log took the last command. */
    readonly log: 'up' | 'down';
  };
};

/** Whether commands are taken, the log can be written, and the views are near its head. */
@Injectable()
export class OrderloomHealth {
  private readonly engine: OpenedEngine;
  private readonly edge: Edge;

  constructor(@Inject(ORDERLOOM_ENGINE) engine: OpenedEngine, @Inject(EDGE) edge: Edge) {
    this.engine = engine;
    this.edge = edge;
  }

  check(): OrderloomHealthResult {
    const lagMs = Math.round(this.engine.engine.asOf().lagMs);
    const { logFailedAt, stopping } = this.edge.health;
    const isUp = !stopping && logFailedAt === null && lagMs <= LARGEST_LAG_MS;
    return {
      orderloom: { status: isUp ? 'up' : 'down', lagMs, log: logFailedAt === null ? 'up' : 'down' },
    };
  }
}
