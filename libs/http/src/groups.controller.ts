import { Controller, Get, Inject, Param, Put, Req, Res, UseFilters } from '@nestjs/common';
import { groupKeyOf } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { readerOf } from './events.controller.ts';
import { wantedOf } from './events/read-place.ts';
import { sendStream } from './events/send-stream.ts';
import { groupStream } from './groups/group-stream.ts';
import { isGroup, presentParked, saidProgressOf } from './groups/read-said.ts';
import type { EdgeEvents } from './options.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { knownTenant, parametersOf, sendJson } from './read-query.ts';

type Group = {
  readonly tenant: string;
  readonly group: string;
  readonly events: EdgeEvents & Required<Pick<EdgeEvents, 'follow'>>;
};

/** Events for groups of consumers: one of a group is handed them, and the group's progress is kept here. */
@Controller('v1/groups')
@UseFilters(ProblemFilter)
export class GroupsController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get(':group/events')
  events(
    @Param('group') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> | void {
    const { edge } = this;
    const { tenant, group, events } = this.groupAt(name, request);
    const wanted = wantedOf(parametersOf(request, ['stream', 'type']), events, tenant);
    const reader = readerOf(edge, request, reply);
    if (reader === undefined) return;
    const { leases, cursors } = edge;
    const texts = groupStream({
      ...{ ...events, group, wanted, leases, cursors, present: presentParked },
      ...{ signal: reader.signal, cutOff: reader.leave },
    });
    // Whoever waits for its handlers takes nothing: that it lives it says with its lease.
    sendStream(reply, reader, texts);
  }

  @Put(':group/progress')
  async progress(
    @Param('group') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { edge } = this;
    const { tenant, group } = this.groupAt(name, request);
    const said = saidProgressOf(request, { group, tenant, cursors: edge.cursors });
    sendJson(reply, { redrive: await edge.leases.keep(said) });
  }

  private groupAt(name: string, request: FastifyRequest): Group {
    const { events } = this.edge;
    if (events?.follow === undefined)
      return refuse('not-available', 'Groups of consumers are not available with this profile');
    const tenant = knownTenant(this.edge, request);
    if (!isGroup(name))
      return refuse('invalid-key', 'A group has 1 to 64 letters, digits, dots, hyphens or underscores');
    return { tenant, group: groupKeyOf(tenant, name), events: { ...events, follow: events.follow } };
  }
}
