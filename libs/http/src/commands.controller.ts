import { Controller, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAndAnswer } from './answer-command.ts';
import { EDGE, type Edge } from './edge.ts';
import { tenantOf } from './headers.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { commandOf, creationOf } from './read-command.ts';
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

  @Post(':collection/:key/commands')
  command(
    @Param('collection') collection: string,
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { tenant: said } = request.headers;
    const stream = streamAt(collection, key, tenantOf(said), said !== undefined);
    if (this.edge.holdsCardNumber(key)) refuse('invalid-key', 'A key must not hold a payment card number');
    return sendAndAnswer(this.edge, { request, reply }, commandOf(this.edge, request, stream));
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
