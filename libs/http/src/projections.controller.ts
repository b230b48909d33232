import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { EngineError, type ViewGenerations, type ViewGenerationsReport } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { idempotencyKeyOf } from './headers.ts';
import { problemOf, ProblemError, refuse, type EdgeCode } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { parametersOf, sendJson } from './read-query.ts';

type Action = (generations: ViewGenerations, generation: string) => Promise<void>;

/** What can be done with the generation beside the live one, and what is said of another one that is named. */
const beside =
  (act: (generations: ViewGenerations) => Promise<void>): Action =>
  async (generations, generation) => {
    const [, other] = (await generations.report()).generations;
    if (other?.generation !== generation)
      refuse('unknown-generation', 'No generation of that name is fed beside the live one');
    return act(generations);
  };

const ACTIONS: Readonly<Record<string, Action>> = {
  compare: (generations, generation) => generations.compare(generation),
  swap: beside((generations) => generations.swap()),
  rollback: beside((generations) => generations.rollback()),
  drop: beside((generations) => generations.drop()),
};

/** Refusals that the caller can do something about. */
const REFUSALS: readonly EdgeCode[] = ['views-busy', 'unknown-generation', 'nothing-beside', 'not-kept'];

const answering = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    const code = error instanceof EngineError && REFUSALS.find((known) => known === error.code);
    if (code) throw new ProblemError(problemOf(code, error.message));
    throw error;
  }
};

const present = ({ placement, head, generations, work, last }: ViewGenerationsReport): object => ({
  version: placement.version,
  head,
  generations,
  work,
  last,
});

/** The generations of the views: of all tenants, and for operators. */
@Controller('v1/projections')
@UseFilters(ProblemFilter)
export class ProjectionsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { store } = parametersOf(request, ['store']);
    sendJson(reply, present(await this.generations(store).report()));
  }

  @Post()
  async rebuild(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    idempotencyKeyOf(request.headers['idempotency-key']);
    const { swap = 'true', store } = parametersOf(request, ['swap', 'store']);
    if (swap !== 'true' && swap !== 'false') refuse('invalid-query', 'swap is true or false');
    const generations = this.generations(store);
    await answering(() => generations.rebuild(swap === 'true'));
    sendJson(reply.code(202), present(await generations.report()));
  }

  @Post(':address')
  async act(
    @Param('address') address: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    idempotencyKeyOf(request.headers['idempotency-key']);
    const { store } = parametersOf(request, ['store']);
    const [generation = '', name = '', ...more] = address.split(':');
    const action = more.length === 0 && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined)
      return refuse('unknown-route', `What can be done is {generation}:${Object.keys(ACTIONS).join(', :')}`);
    const generations = this.generations(store);
    await answering(() => action(generations, generation));
    sendJson(reply.code(202), present(await generations.report()));
  }

  private generations(store = 'views'): ViewGenerations {
    if (store !== 'views' && store !== 'cache') refuse('invalid-query', 'store is views or cache');
    const { generations, cacheGenerations } = this.edge;
    return (
      (store === 'cache' ? cacheGenerations : generations) ??
      refuse('not-available', `Rebuilding the ${store} is not available with this profile`)
    );
  }
}
