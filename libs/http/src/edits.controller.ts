import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { saidTenantOf } from './headers.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { awaitMinPosition, knownTenant, noteAsOf, notInViews, parametersOf, sendJson } from './read-query.ts';
import { streamAt } from './streams.ts';

/** What an edit would come to: a read, of the states that the next command will meet. */
@Controller('v1/edits')
@UseFilters(ProblemFilter)
export class EditsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get(':key/preview')
  async preview(
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { edge } = this;
    const edit = streamAt('edits', key, saidTenantOf(request.headers['tenant']));
    knownTenant(edge, request);
    parametersOf(request, []);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    if (edge.previewOf === undefined)
      return refuse('not-available', 'Edits of orders cannot be previewed here');
    const found = await edge.previewOf(edit);
    if (found === undefined) return notInViews(edge, edit);
    sendJson(reply, found);
  }
}
