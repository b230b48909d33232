import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { totalsOf, underItsKey } from '@orderloom/engine';
import { ID_FILTERS } from '@orderloom/views';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { ProblemFilter } from './problem-filter.ts';
import { refuse } from './problem.ts';
import {
  awaitMinPosition,
  cursorIn,
  knownTenant,
  nextCursor,
  noteAsOf,
  parametersOf,
  sendJson,
} from './read-query.ts';
import { listsOf } from './search-orders.ts';
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

  /** Orders that may travel in one parcel. */
  @Get('to-merge')
  async toMerge(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    if (edge.merging === undefined) return refuse('not-available', 'Proposals are not available here');
    const said = parametersOf(request, [...ID_FILTERS, 'cursor']);
    const lists = listsOf(said);
    const signedAs = `work/to-merge/${JSON.stringify(lists)}`;
    const before = cursorIn(edge, tenant, signedAs, said['cursor']) ?? null;
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const { now } = edge.timeOf(tenant);
    const { next, ...found } = await edge.merging({ tenant, lists, before, now });
    sendJson(reply, { ...found, next: nextCursor(edge, tenant, signedAs, next) });
  }
}
