import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { underItsKey, type SearchTerm, type StoredDocument } from '@orderloom/engine';
import { settledList, settledOf } from '@orderloom/views';
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
  pageLimit,
  parametersOf,
  sendJson,
} from './read-query.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const STATUSES = ['running', 'open', 'settled'];
/** Orders that may know one payment: more have a word of its name, and another one. */
const NAMESAKES = 200;

type Said = Readonly<Record<string, string>>;

const idIn = (name: string, said: Said): string => {
  const value = said[name];
  return value !== undefined && ID.test(value)
    ? value
    : refuse('invalid-query', `${name} must look like an id`);
};

/** Which list of statements a request asks for. */
const reconciliationList = ({ status, provider, ...said }: Said): string => {
  if (status !== undefined && provider !== undefined)
    return refuse('invalid-query', 'status and provider are said one at a time');
  if (status === undefined)
    return provider === undefined ? 'all:' : `provider:${idIn('provider', { ...said, provider })}`;
  return STATUSES.includes(status)
    ? `status:${status}`
    : refuse('invalid-query', `status must be one of ${STATUSES.join(', ')}`);
};

/** What providers have said to have moved, and their statements that were held against it. */
@Controller('v1')
@UseFilters(ProblemFilter)
export class SettledController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  /** Of a provider on a day, or of one payment. */
  @Get('settled')
  async settled(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const said = parametersOf(request, ['provider', 'day', 'payment', 'cursor', 'limit']);
    const provider = idIn('provider', said);
    if ((said['day'] === undefined) === (said['payment'] === undefined))
      return refuse('invalid-query', 'provider is said with a day, or with a payment');
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const { documents, next } =
      said['day'] === undefined
        ? { documents: await this.knowing(tenant, idIn('payment', said)), next: null }
        : await this.onDay(tenant, provider, said);
    const moved = documents.flatMap((stored) =>
      // The view of orders wrote it.
      settledOf(underItsKey(stored, tenant) as Parameters<typeof settledOf>[0], provider),
    );
    const { day, payment } = said;
    const isMeant = (one: (typeof moved)[number]): boolean =>
      payment === undefined ? one.day === day : one.paymentId === payment;
    sendJson(reply, { provider, settled: moved.filter(isMeant), next });
  }

  @Get('reconciliations')
  async reconciliations(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { edge } = this;
    const tenant = knownTenant(edge, request);
    const said = parametersOf(request, ['status', 'provider', 'cursor', 'limit']);
    const list = reconciliationList(said);
    const signedAs = `reconciliations/${list}`;
    const before = cursorIn(edge, tenant, signedAs, said['cursor']) ?? null;
    const limit = pageLimit(said['limit']);
    await awaitMinPosition(edge, request, reply);
    noteAsOf(edge, reply);
    const { documents, next } = await edge.engine.list('reconciliation', tenant, list, before, limit);
    sendJson(reply, {
      reconciliations: documents.map((stored) =>
        edge.present('reconciliation', underItsKey(stored, tenant), tenant),
      ),
      next: nextCursor(edge, tenant, signedAs, next),
    });
  }

  private async onDay(tenant: string, provider: string, said: Said) {
    const { edge } = this;
    const day = said['day'] ?? '';
    if (!DAY.test(day)) return refuse('invalid-query', 'day must look like 2026-11-27');
    const list = settledList(provider, day);
    const before = cursorIn(edge, tenant, list, said['cursor']) ?? null;
    const page = await edge.engine.list('order', tenant, list, before, pageLimit(said['limit']));
    return { documents: page.documents, next: nextCursor(edge, tenant, list, page.next) };
  }

  private async knowing(tenant: string, payment: string): Promise<readonly StoredDocument[]> {
    const { engine, search } = this.edge;
    const read = search?.read(tenant, `"${payment}"`) ?? { terms: [] as readonly SearchTerm[] };
    if (search === undefined) return refuse('not-available', 'Searching for a payment is not available here');
    if ('fault' in read) return refuse('invalid-query', read.fault);
    const question = { tenant, lists: [], terms: read.terms, from: null, until: null, before: null };
    const { documents } = await engine.search('order', { ...question, limit: NAMESAKES, counted: [] });
    return documents;
  }
}
