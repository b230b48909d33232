import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { StreamRef } from '@orderloom/decider';
import { groupKeyOf, isElsewhere, parkedStreamsOf, type Engine, type ParkedStream } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EDGE, type Edge } from './edge.ts';
import { isGroup } from './groups/read-said.ts';
import { idempotencyKeyOf } from './headers.ts';
import { instantText } from './instant.ts';
import { refuse } from './problem.ts';
import { ProblemFilter } from './problem-filter.ts';
import { knownTenant, parametersOf, sendJson } from './read-query.ts';

type ParkedWork = Awaited<ReturnType<Engine['parked']>>;

/** What follows the id in the address of a redrive. */
const REDRIVE = ':redrive';
/** Events that an explanation reads. */
const EXPLAINED = 100;

/** The address of a stream that a group has parked. */
const idOf = ({ group, streamId }: ParkedStream): string =>
  Buffer.from(`${group}/${streamId}`).toString('base64url');

const presentStream = (stream: ParkedStream): object => {
  const { group, streamId, redriving, events } = stream;
  const [first] = events;
  return {
    ...{ id: idOf(stream), group, stream: streamId, redriving },
    reason: first?.reason,
    at: first && instantText(first.recordedAt),
    versions: events.map(({ version }) => version),
  };
};

const streamOf = (streamId: string): StreamRef => {
  const [tenant = '', type = '', ...key] = streamId.split('/');
  return { tenant, type, key: key.join('/') };
};

const streamText = (stream: StreamRef): string => `${stream.tenant}/${stream.type}/${stream.key}`;

/** What could not be handled, and asking for it to be handled again. */
@Controller('v1')
@UseFilters(ProblemFilter)
export class ParkedController {
  private readonly edge: Edge;
  constructor(@Inject(EDGE) edge: Edge) {
    this.edge = edge;
  }

  @Get('parked')
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const tenant = knownTenant(this.edge, request);
    const consumers = (await this.streams(tenant)).map(presentStream);
    const others = await this.parkedByEngine();
    if (others === undefined) {
      sendJson(reply, { consumers });
      return;
    }
    const { reactions, events, deadLetters } = others;
    sendJson(reply, {
      consumers,
      reactions: reactions
        .filter(({ stream }) => stream.tenant === tenant)
        .map(({ stream, recordedAt, ...rest }) => ({
          ...rest,
          stream: streamText(stream),
          at: instantText(recordedAt),
        })),
      events: events
        .filter(({ streamId }) => streamId.startsWith(`${tenant}/`))
        .map(({ streamId, recordedAt, ...rest }) => ({
          ...rest,
          stream: streamId,
          at: instantText(recordedAt),
        })),
      // A dead letter's data was never understood, so it may hold anything: it is not shown.
      deadLetters: deadLetters
        .filter(({ stream }) => stream.tenant === tenant)
        .map(({ stream, commandId, commandType, code, reason, recordedAt }) => ({
          ...{ stream: streamText(stream), commandId, commandType, code, reason },
          at: instantText(recordedAt),
        })),
    });
  }

  @Get('parked/:id')
  async explain(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const tenant = knownTenant(this.edge, request);
    parametersOf(request, []);
    sendJson(reply, await this.explained(await this.streamAt(tenant, id)));
  }

  @Post('parked/:id')
  async redrive(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const tenant = knownTenant(this.edge, request);
    if (!id.endsWith(REDRIVE)) refuse('unknown-route', `What can be done is {id}${REDRIVE}`);
    idempotencyKeyOf(request.headers['idempotency-key']);
    const { dryRun } = parametersOf(request, ['dryRun']);
    const stream = await this.streamAt(tenant, id.slice(0, -REDRIVE.length));
    if (dryRun === 'true') {
      sendJson(reply, await this.explained(stream));
      return;
    }
    if (dryRun !== undefined) refuse('invalid-query', 'dryRun is true, or left out');
    await this.parked().redrive(groupKeyOf(tenant, stream.group), [stream.streamId]);
    sendJson(reply.code(202), { ...presentStream(stream), redriving: true });
  }

  @Post('groups/:group/redrive')
  async redriveAll(
    @Param('group') group: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const tenant = knownTenant(this.edge, request);
    idempotencyKeyOf(request.headers['idempotency-key']);
    parametersOf(request, []);
    if (!isGroup(group))
      refuse('invalid-key', 'A group has 1 to 64 letters, digits, dots, hyphens or underscores');
    const streams = await this.parked().redrive(groupKeyOf(tenant, group), 'all');
    sendJson(reply.code(202), { group, streams });
  }

  /** `undefined`: what consumers have parked can be seen from here, and what the engine's own parts have cannot. */
  private async parkedByEngine(): Promise<ParkedWork | undefined> {
    try {
      return await this.edge.engine.parked();
    } catch (error) {
      if (isElsewhere(error) && this.edge.events?.parked !== undefined) return undefined;
      throw error;
    }
  }

  private parked() {
    return (
      this.edge.events?.parked ??
      refuse('not-available', 'What consumers have parked is not available with this profile')
    );
  }

  private async streams(tenant: string): Promise<readonly ParkedStream[]> {
    const parked = await this.edge.events?.parked?.parked();
    return parkedStreamsOf(parked ?? [], tenant);
  }

  private async streamAt(tenant: string, id: string): Promise<ParkedStream> {
    this.parked();
    const found = (await this.streams(tenant)).find((stream) => idOf(stream) === id);
    return found ?? refuse('unknown-stream', 'Nothing is parked under that id any more');
  }

  /** In the order in which a redrive hands them out, as the newest schemas have them. */
  private async explained(stream: ParkedStream): Promise<object> {
    const first = stream.events[0]?.version ?? 1;
    const history = await this.edge.engine.history(streamOf(stream.streamId), first - 1, EXPLAINED);
    const byVersion = new Map(history.map((event) => [event.version, event]));
    return {
      ...presentStream(stream),
      events: stream.events.slice(0, EXPLAINED).map(({ version, reason }) => {
        const event = byVersion.get(version);
        return { version, reason, event: event === undefined ? null : this.edge.presentEvent(event) };
      }),
    };
  }
}
