import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { totalsOf, underItsKey } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { ProblemFilter } from './problem-filter.ts';
import { awaitMinPosition, knownTenant, nextCursor, noteAsOf, sendJson } from './read-query.ts';
import { workAskedOf } from './work-list.ts';

/** What there is to do, the first thing first. */
@Controller('v1/work')
@UseFilters(ProblemFilter)
export class WorkController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get()
  async work(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const { work, list, now, question, signedAs } = workAskedOf(edge, request, tenant);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const { documents, next, counts } = await edge.engine.search('order', question);
    sendJson(reply, {
      list,
      orders: documents.map((stored) => work.show(underItsKey(stored, tenant), list, now)),
      next: nextCursor(edge, tenant, signedAs, next),
      ...totalsOf(counts, question),
    });
  }
}
