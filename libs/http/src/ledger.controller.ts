import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { eventsUpTo, underItsKey, type StoredDocument } from '@orderloom/engine';
import { entriesOf, ledgerBalances } from '@orderloom/views';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { ProblemFilter } from './problem-filter.ts';
import {
  awaitMinPosition,
  cursorIn,
  knownTenant,
  nextCursor,
  noteAsOf,
  pageLimit,
  parametersOf,
  sendJson,
} from './read-query.ts';
import { listsOf } from './search-orders.ts';

/** The list of those who name no merchant: the tenant's own ledger. */
const ALL = 'all:';

/** What orders mean in the books of a tenant and its merchants. */
@Controller('v1/ledger')
@UseFilters(ProblemFilter)
export class LedgerController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get()
  async balances(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const said = parametersOf(request, ['merchant']);
    const [list = ALL] = listsOf(said);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const sums = await edge.engine.sums('order', tenant, list);
    sendJson(reply, { merchant: said['merchant'] ?? null, balances: ledgerBalances(sums) });
  }

  /** Orders newest first, and what each has posted from its first event on. */
  @Get('entries')
  async entries(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const said = parametersOf(request, ['merchant', 'cursor', 'limit']);
    const [list = ALL] = listsOf(said);
    const signedAs = `ledger/${list}`;
    const before = cursorIn(edge, tenant, signedAs, said['cursor']) ?? null;
    const limit = pageLimit(said['limit']);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const { documents, next } = await edge.engine.list('order', tenant, list, before, limit);
    const entries = await Promise.all(documents.map((stored) => this.entriesOf(tenant, stored)));
    sendJson(reply, {
      merchant: said['merchant'] ?? null,
      entries: entries.flat(),
      next: nextCursor(edge, tenant, signedAs, next),
    });
  }

  private async entriesOf(tenant: string, stored: StoredDocument) {
    const { id: key, version } = underItsKey(stored, tenant);
    return entriesOf(await eventsUpTo(this.edge.engine, { tenant, type: 'order', key }, version));
  }
}
