import { Controller, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAndAnswer } from './answer-command.ts';
import { sendAndAnswerAll } from './batch/answer-batch.ts';
import { EDGE, type Edge } from './edge.ts';
import { saidTenantOf, tenantOf } from './headers.ts';
import { isOtherName, ownStream } from './other-names.ts';
import { ProblemFilter } from './problem-filter.ts';
import { commandOf, creationOf, refuseCardNumber } from './read-command.ts';
import { noSuchCollection, streamAt } from './streams.ts';

/** Writes: every one becomes one command. */
@Controller('v1')
@UseFilters(ProblemFilter)
export class CommandsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Post('orders')
  place(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const tenant = tenantOf(request.headers['tenant']);
    const command = creationOf(this.edge, request, { tenant, type: 'order', key: '' }, 'PlaceOrder');
    return sendAndAnswer(this.edge, { request, reply }, command);
  }

  @Post('itineraries')
  placeTogether(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const tenant = tenantOf(request.headers['tenant']);
    const itinerary = { tenant, type: 'itinerary', key: '' };
    const command = creationOf(this.edge, request, itinerary, 'PlaceItinerary');
    return sendAndAnswer(this.edge, { request, reply }, command);
  }

  @Post('commands::batch')
  batch(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendAndAnswerAll(this.edge, request, reply);
  }

  @Post(':collection/:key/commands')
  async command(
    @Param('collection') collection: string,
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stream = streamAt(collection, key, saidTenantOf(request.headers['tenant']));
    refuseCardNumber(this.edge, stream);
    // Nobody else waits a turn.
    const to = isOtherName(this.edge, stream) ? await ownStream(this.edge, request, stream) : stream;
    return sendAndAnswer(this.edge, { request, reply }, commandOf(this.edge, request, to));
  }

  @Post(':collection')
  later(@Param('collection') collection: string): never {
    return noSuchCollection(collection);
  }

  @Post(':collection/:key')
  laterOne(@Param('collection') collection: string): never {
    return noSuchCollection(collection);
  }
}
