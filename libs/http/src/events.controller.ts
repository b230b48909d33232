import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { eventStream } from './events/event-stream.ts';
import { listeningOf, positionsOf } from './events/read-place.ts';
import { MOST_READERS, type Reader } from './events/readers.ts';
import { sendStream } from './events/send-stream.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { knownTenant } from './read-query.ts';

/**
 * Lets a reader in; throws where there are too many. `undefined`: there is nothing to listen to, and the answer was sent,
 * since only a GET has a body: a HEAD that was let in would wait for the end of time.
 */
export const readerOf = (edge: Edge, request: FastifyRequest, reply: FastifyReply): Reader | undefined => {
  if (request.method !== 'GET') {
    void reply.header('content-type', 'text/event-stream').send();
    return undefined;
  }
  return (
    edge.readers.enter() ??
    refuse('too-many-readers', `There are ${MOST_READERS} readers already`, { retryAfter: 5 })
  );
};

/** The live events of a tenant, for whoever keeps its own place. */
@Controller('v1')
@UseFilters(ProblemFilter)
export class EventsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get('events')
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const { events } = edge;
    if (events === undefined)
      return refuse('not-available', 'The stream of events is not available with this profile');
    const tenant = knownTenant(edge, request);
    const listening = await listeningOf(edge, request, events, tenant);
    const reader = readerOf(edge, request, reply);
    if (reader === undefined) return;
    const { signal } = reader;
    const position = positionsOf(edge, tenant);
    const texts = eventStream({ ...listening, tail: events.tail, position, signal });
    sendStream(reply, reader, texts, { cutsOffStalled: true });
  }
}
