import type { CommandRequest, CommandResult } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { etagOf } from './etag.ts';
import { positionText } from './headers.ts';
import { sendProblem } from './problem.ts';
import { resultProblem } from './rejection-problem.ts';
import { addressOf } from './streams.ts';

/** Remembers whether the log took a command. */
export const noteHealth = (edge: Edge, result: CommandResult): void => {
  if (result.outcome === 'accepted') edge.health.logFailedAt = null;
  else if (result.outcome === 'unavailable' && result.rejection?.code !== 'stream-quarantined')
    edge.health.logFailedAt = edge.clock();
};

/** Whether the command has had its effect, now or when it first came. */
export const isDone = ({ outcome }: CommandResult): boolean =>
  outcome === 'accepted' || outcome === 'duplicate';

export const doneStatus = ({ outcome }: CommandResult, creates: boolean): number =>
  creates && outcome === 'accepted' ? 201 : 200;

/** What is said of an accepted or repeated command: its stream's version and status, and where its last event stands. */
export const doneBody = (
  edge: Edge,
  result: CommandResult,
): Readonly<Record<string, unknown>> & { readonly position: string | null } => {
  const { stream, version } = result;
  return {
    result: result.outcome,
    [stream.type === 'order' ? 'orderId' : 'key']: stream.key,
    version,
    status: result.status ?? edge.engine.statusOf(stream) ?? null,
    position: result.position && positionText(result.position),
  };
};

/** Seconds for which an answered key is remembered, as a header. */
export const idempotencyWindow = ({ idempotencyWindowMs }: Edge): string =>
  String(Math.floor(idempotencyWindowMs / 1000));

const sendResult = (edge: Edge, reply: FastifyReply, result: CommandResult, creates: boolean): void => {
  const { stream, version } = result;
  const body = doneBody(edge, result);
  void reply.header('etag', etagOf(version));
  void reply.header('idempotency-window', idempotencyWindow(edge));
  if (body.position !== null) void reply.header('position', body.position);
  if (creates) void reply.header('location', addressOf(stream));
  void reply
    .code(doneStatus(result, creates))
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(body));
};

/** A pending command is asked for again after this time, s. */
export const PENDING_RETRY_S = 1;

/** The command is kept and not decided yet: the same key asks for its answer. */
export const pendingBody = ({ commandId }: CommandResult): object => ({
  result: 'pending',
  commandId,
  detail: 'Send it again with the same Idempotency-Key',
});

const sendPending = (reply: FastifyReply, result: CommandResult): void => {
  void reply
    .code(202)
    .header('retry-after', String(PENDING_RETRY_S))
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(pendingBody(result)));
};

/** Sends a command and answers the request when its outcome is durable; once it is sent, deadlines may go on. */
export const sendAndAnswer = async (
  edge: Edge,
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  command: CommandRequest,
): Promise<void> => {
  const answering = edge.engine.send(command);
  exchange.request.arrived?.();
  const result = await answering;
  noteHealth(edge, result);
  const creates = command.stream.key === '';
  if (isDone(result)) sendResult(edge, exchange.reply, result, creates);
  else if (result.outcome === 'pending') sendPending(exchange.reply, result);
  else
    sendProblem(
      exchange.request,
      exchange.reply,
      resultProblem(result, edge.rejections, creates ? '' : '/data'),
    );
};
