import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { doneBody } from './answer-command.ts';
import { EDGE, type Edge } from './edge.ts';
import { isIdempotencyKey } from './headers.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { knownTenant, parametersOf, sendJson } from './read-query.ts';

/** What became of a command, for whoever has lost its answer and does not want to send it again. */
@Controller('v1')
@UseFilters(ProblemFilter)
export class CommandResultsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get('commands/:id')
  async results(
    @Param('id') commandId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { engine } = this.edge;
    const tenant = knownTenant(this.edge, request);
    parametersOf(request, []);
    if (!isIdempotencyKey(commandId))
      refuse('invalid-key', 'An idempotency key has 1 to 128 printable ASCII characters');
    const remembered = engine.remembered(tenant, commandId);
    if (remembered.length === 0)
      refuse(
        'unknown-stream',
        'No accepted command of that key is remembered: it was refused, or is not decided',
      );
    const results = remembered.map(async ({ stream, version }) => {
      const found = await engine.explain(stream);
      const status = found?.explanation.status;
      const done = { outcome: 'accepted', commandId, stream, version, position: null } as const;
      return doneBody(this.edge, {
        ...{ ...done, rejection: null, explanation: null },
        ...(status !== undefined && { status }),
      });
    });
    sendJson(reply, { results: await Promise.all(results) });
  }
}
