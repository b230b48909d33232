import { Controller, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { problemOf, refuse, sendProblem, type EdgeCode } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import type { CallbackEnd } from './options.ts';

/** A provider that is told to come again waits so long, s. */
const COME_AGAIN_S = 5;

const PROBLEMS: Readonly<Record<Exclude<CallbackEnd['outcome'], 'told'>, EdgeCode>> = {
  'unknown-provider': 'unknown-provider',
  'wrong-signature': 'wrong-signature',
  malformed: 'malformed-callback',
  refused: 'callback-refused',
  unavailable: 'log-unavailable',
};

/** Each of these is somebody's money, or somebody who plays with it. */
const ALARMS: ReadonlySet<CallbackEnd['outcome']> = new Set(['wrong-signature', 'malformed', 'refused']);

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

/** What payment providers call back. */
@Controller('v1/callbacks')
@UseFilters(ProblemFilter)
export class CallbacksController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Post(':provider')
  async take(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { callbacks, countCallback, log } = this.edge;
    if (callbacks === undefined) return refuse('not-available', 'This process knows no payment provider');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const ended = await callbacks(provider, {
      id: header(request, 'webhook-id'),
      timestamp: header(request, 'webhook-timestamp'),
      signature: header(request, 'webhook-signature'),
      body,
    });
    request.arrived?.();
    const { outcome, code } = ended;
    countCallback(outcome);
    // Only a provider that there is may stand in the log: any other name is somebody's text.
    if (ALARMS.has(outcome)) log.warn({ provider, code }, `A callback of a payment provider: ${outcome}`);
    if (outcome === 'told') {
      void reply
        .code(200)
        .header('content-type', 'application/json; charset=utf-8')
        .send(JSON.stringify({ result: 'told', code }));
      return;
    }
    const again = outcome === 'unavailable' ? { retryAfter: COME_AGAIN_S } : {};
    sendProblem(request, reply, problemOf(PROBLEMS[outcome], `The callback ended as ${code}`, again));
  }
}
