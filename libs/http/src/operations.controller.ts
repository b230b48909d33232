import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { page } from './page.ts';
import { edgeProblem, refuse } from './problem.ts';
import { sendJson } from './read-query.ts';

/** How long one failed append keeps the server from being ready, ms: without commands nothing would clear it. */
const LOG_FAILURE_MS = 5000;
/** Views older than this make the server not ready, ms. */
const LARGEST_LAG_MS = 30_000;

const send = (reply: FastifyReply, contentType: string, body: string): void => {
  void reply.header('content-type', contentType).header('x-content-type-options', 'nosniff').send(body);
};

/** What operators, tools and people ask for. */
@Controller()
export class OperationsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  /** The process is alive: depends on nothing. */
  @Get(['healthz', 'health'])
  health(@Res() reply: FastifyReply): void {
    sendJson(reply, { status: 'ok', ...this.edge.build });
  }

  /** Commands are taken, the log could be written, and the views are near its head. */
  @Get('readyz')
  ready(@Res() reply: FastifyReply): void {
    const { health, clock, engine } = this.edge;
    const lagMs = Math.round(engine.asOf().lagMs);
    const checks = {
      accepting: !health.stopping,
      log: health.logFailedAt === null || clock() - health.logFailedAt > LOG_FAILURE_MS,
      views: lagMs <= LARGEST_LAG_MS,
    };
    const ready = checks.accepting && checks.log && checks.views;
    if (!ready) void reply.code(503).header('retry-after', '1');
    sendJson(reply, { status: ready ? 'ready' : 'not ready', checks, lagMs });
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { metrics } = this.edge;
    send(reply, metrics.contentType, await metrics.metrics());
  }

  @Get('openapi.json')
  openApi(@Res() reply: FastifyReply): void {
    send(reply, 'application/json; charset=utf-8', this.edge.openApi);
  }

  /** The page behind the `type` of a problem. */
  @Get('problems/:code')
  problem(@Param('code') code: string, @Res() reply: FastifyReply): void {
    const known = edgeProblem(code);
    const title =
      known?.[1] ?? (Object.hasOwn(this.edge.rejections, code) ? this.edge.rejections[code] : undefined);
    if (title === undefined) return refuse('unknown-route', 'There is no problem of that name');
    const remedy = known
      ? `HTTP status ${known[0]}. ${known[2]}`
      : 'The order, or whatever was asked, refused the command; nothing was changed. The detail of the answer says why.';
    send(reply, 'text/plain; charset=utf-8', `${code}\n\n${title}.\n\n${remedy}\n`);
  }

  @Get()
  index(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', page.policy).header('referrer-policy', 'no-referrer');
    send(reply, 'text/html; charset=utf-8', page.html);
  }

  @Get('ui.js')
  script(@Res() reply: FastifyReply): void {
    send(reply, 'text/javascript; charset=utf-8', page.script);
  }

  @Get('work.js')
  work(@Res() reply: FastifyReply): void {
    send(reply, 'text/javascript; charset=utf-8', page.work);
  }

  @Get('ui.css')
  style(@Res() reply: FastifyReply): void {
    send(reply, 'text/css; charset=utf-8', page.style);
  }
}
