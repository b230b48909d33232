import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { StreamRef } from '@orderloom/decider';
import { explained, searchWords, totalsOf, underItsKey, type StoredDocument } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceAnswer } from './answer-trace.ts';
import { EDGE, type Edge } from './edge.ts';
import { etagOf, holdsVersion } from './etag.ts';
import { saidTenantOf } from './headers.ts';
import { instantText } from './instant.ts';
import { effectListOf, effectsSigned } from './list-effects.ts';
import { documentAt, momentOf, PAST } from './past.ts';
import { ownStream } from './other-names.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import {
  awaitMinPosition,
  cursorIn,
  knownTenant,
  nextCursor,
  noteAsOf,
  notInViews,
  pageLimit,
  parametersOf,
  sendJson,
  wholeNumber,
} from './read-query.ts';
import { orderSearchOf } from './search-orders.ts';
import { noSuchCollection, streamAt } from './streams.ts';

/** The list that stock stands in while somebody waits for it. */
const BACKORDERED = 'backordered:';

/** Reads: of the views, but for `explain`, which reads the state that the next command will meet. */
@Controller('v1')
@UseFilters(ProblemFilter)
export class QueriesController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get('orders')
  async orders(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const { search, signedAs } = orderSearchOf(edge, request, tenant);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const show = edge.summarize ?? ((stored: StoredDocument) => edge.present('order', stored, tenant));
    const { documents, next, counts } = await searchWords(edge.engine, 'order', search);
    sendJson(reply, {
      orders: documents.map((stored) => show(underItsKey(stored, tenant), tenant)),
      next: nextCursor(edge, tenant, signedAs, next),
      ...totalsOf(counts, search),
    });
  }

  @Get('effects')
  async effects(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const { list, before, limit } = effectListOf(edge, request, tenant);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const page = await edge.engine.list('effect', tenant, list, before, limit);
    sendJson(reply, {
      effects: page.documents.map((stored) => edge.present('effect', underItsKey(stored, tenant), tenant)),
      next: nextCursor(edge, tenant, effectsSigned(list), page.next),
    });
  }

  /** Stock that somebody waits for, with who does, in turn. */
  @Get('backorders')
  async backorders(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const said = parametersOf(request, ['cursor', 'limit']);
    const before = cursorIn(edge, tenant, BACKORDERED, said['cursor']) ?? null;
    const limit = pageLimit(said['limit']);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const page = await edge.engine.list('stock', tenant, BACKORDERED, before, limit);
    sendJson(reply, {
      stock: page.documents.map((stored) => edge.present('stock', underItsKey(stored, tenant), tenant)),
      next: nextCursor(edge, tenant, BACKORDERED, page.next),
    });
  }

  @Get('lifecycles/:name')
  lifecycle(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const tenant = knownTenant(this.edge, request);
    const { version } = parametersOf(request, ['version']);
    const bounds = { min: 1, max: 1_000_000, otherwise: 0 };
    const said = version === undefined ? undefined : wholeNumber('version', version, bounds);
    const found = this.edge.describeLifecycle(tenant, name, said);
    if (!found) refuse('unknown-lifecycle', 'The tenant has no lifecycle of that name');
    else sendJson(reply, { ...found, commands: this.edge.commands['order'] ?? {} });
  }

  @Get('deadlines')
  deadlines(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const tenant = knownTenant(this.edge, request);
    const said = parametersOf(request, ['limit']);
    const limit = wholeNumber('limit', said['limit'], { min: 1, max: 1000, otherwise: 100 });
    const pending = this.edge.engine.deadlines(limit, tenant);
    sendJson(reply, {
      deadlines: pending.map(({ stream, name, due }) => ({
        type: stream.type,
        key: stream.key,
        name,
        due: instantText(due),
      })),
    });
  }

  @Get(':collection')
  later(@Param('collection') collection: string): never {
    return noSuchCollection(collection);
  }

  @Get(':collection/:key')
  async detail(
    @Param('collection') collection: string,
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stream = await this.read(collection, key, request, reply);
    const moment = momentOf(parametersOf(request, PAST));
    const stored = await (moment === undefined
      ? this.edge.engine.get(stream.type, stream.tenant, stream.key)
      : documentAt(this.edge, stream, moment));
    if (moment !== undefined) noteAsOf(this.edge, reply);
    if (!stored) return notInViews(this.edge, stream);
    void reply.header('etag', etagOf(stored.version));
    if (holdsVersion(request.headers['if-none-match'], stored.version)) void reply.code(304).send();
    else sendJson(reply, this.edge.present(stream.type, underItsKey(stored, stream.tenant), stream.tenant));
  }

  @Get(':collection/:key/events')
  async events(
    @Param('collection') collection: string,
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stream = await this.read(collection, key, request, reply);
    const said = parametersOf(request, ['after', 'limit']);
    const after = wholeNumber('after', said['after'], { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: 0 });
    const limit = wholeNumber('limit', said['limit'], { min: 1, max: 500, otherwise: 100 });
    const events = await this.edge.engine.history(stream, after, limit);
    if (events.length === 0 && after === 0) notInViews(this.edge, stream);
    const last = events.at(-1);
    sendJson(reply, {
      events: events.map((event) => this.edge.presentEvent(event)),
      next: last && events.length === limit ? last.version : null,
    });
  }

  @Get('orders/:key/trace')
  async trace(
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stream = await this.read('orders', key, request, reply);
    parametersOf(request, []);
    sendJson(reply, await traceAnswer(this.edge, stream));
  }

  @Get(':collection/:key/explain')
  async explain(
    @Param('collection') collection: string,
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stream = await this.read(collection, key, request, reply);
    const found = await explained(this.edge.engine, stream);
    if (!found) return notInViews(this.edge, stream);
    const { version, explanation, nextDeadline, sections, because } = found;
    void reply.header('etag', etagOf(version));
    sendJson(reply, {
      [stream.type === 'order' ? 'orderId' : 'key']: stream.key,
      version,
      ...explanation,
      ...(sections && { sections }),
      nextDeadline: nextDeadline && { name: nextDeadline.name, due: instantText(nextDeadline.due) },
      because: because.map((event) => this.edge.presentEvent(event)),
    });
  }

  /** What all reads of one stream begin with: address, tenant, wait, and the age of the answer. */
  private async read(
    collection: string,
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamRef> {
    const stream = streamAt(collection, key, saidTenantOf(request.headers['tenant']));
    if (stream.type !== 'tenant') knownTenant(this.edge, request);
    await awaitMinPosition(this.edge, request, reply);
    noteAsOf(this.edge, reply);
    return ownStream(this.edge, request, stream);
  }
}
