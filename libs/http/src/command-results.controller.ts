import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import { isElsewhere, type RememberedCommand } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { doneBody } from './answer-command.ts';
import { EDGE, type Edge } from './edge.ts';
import { findCommand, WHERE, type ShownCommand } from './find-command.ts';
import { isIdempotencyKey } from './headers.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { awaitMinPosition, knownTenant, noteAsOf, parametersOf, sendJson } from './read-query.ts';

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
    const tenant = knownTenant(this.edge, request);
    const where = parametersOf(request, WHERE);
    if (!isIdempotencyKey(commandId))
      refuse('invalid-key', 'An idempotency key has 1 to 128 printable ASCII characters');
    const remembered = this.remembered(tenant, commandId);
    if (remembered === undefined) {
      await awaitMinPosition(this.edge, request, reply);
      noteAsOf(this.edge, reply);
    }
    const found = await (remembered === undefined
      ? findCommand(this.edge, request, { ...where, tenant, commandId })
      : Promise.all(remembered.map((one) => this.now(one))));
    if (found.length === 0)
      refuse(
        'unknown-stream',
        'No accepted command of that key is remembered: it was refused, or is not decided',
      );
    sendJson(reply, {
      results: found.map(({ stream, version, status }) => ({
        ...doneBody(this.edge, {
          ...{ outcome: 'accepted', commandId, stream, version, position: null },
          ...{ rejection: null, explanation: null },
        }),
        status,
      })),
    });
  }

  /** `undefined`: another process may know of one. */
  private remembered(tenant: string, commandId: string): readonly RememberedCommand[] | undefined {
    try {
      return this.edge.engine.remembered(tenant, commandId);
    } catch (error) {
      if (isElsewhere(error)) return undefined;
      throw error;
    }
  }

  private async now({ stream, version }: RememberedCommand): Promise<ShownCommand> {
    const found = await this.edge.engine.explain(stream);
    return { stream, version, status: found?.explanation.status ?? null };
  }
}
