import type { CommandRequest, CommandResult } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { etagOf } from './etag.ts';
import { positionText } from './headers.ts';
import { sendProblem } from './problem.ts';
import { resultProblem } from './rejection-problem.ts';
import { addressOf } from './streams.ts';

const noteHealth = (edge: Edge, result: CommandResult): void => {
  if (result.outcome === 'accepted') edge.health.logFailedAt = null;
  else if (result.outcome === 'unavailable' && result.rejection?.code !== 'stream-quarantined')
    edge.health.logFailedAt = edge.clock();
};

/** Answers an accepted or repeated command: the stream's version and status, and where its last event stands. */
const sendResult = (edge: Edge, reply: FastifyReply, result: CommandResult, creates: boolean): void => {
  const { stream, version } = result;
  const position = result.position && positionText(result.position);
  void reply.header('etag', etagOf(version));
  void reply.header('idempotency-window', String(Math.floor(edge.idempotencyWindowMs / 1000)));
  if (position !== null) void reply.header('position', position);
  if (creates) void reply.header('location', addressOf(stream));
  void reply
    .code(creates && result.outcome === 'accepted' ? 201 : 200)
    .header('content-type', 'application/json; charset=utf-8')
    .send(
      JSON.stringify({
        result: result.outcome,
        [stream.type === 'order' ? 'orderId' : 'key']: stream.key,
        version,
        status: result.status ?? edge.engine.statusOf(stream) ?? null,
        position,
      }),
    );
};

/** Asked again after this time, s. */
const PENDING_RETRY_S = '1';

/** The command is kept and not decided yet: the same key asks for its answer. */
const sendPending = (reply: FastifyReply, { commandId }: CommandResult): void => {
  void reply
    .code(202)
    .header('retry-after', PENDING_RETRY_S)
    .header('content-type', 'application/json; charset=utf-8')
    .send(
      JSON.stringify({ result: 'pending', commandId, detail: 'Send it again with the same Idempotency-Key' }),
    );
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
  if (result.outcome === 'accepted' || result.outcome === 'duplicate')
    sendResult(edge, exchange.reply, result, creates);
  else if (result.outcome === 'pending') sendPending(exchange.reply, result);
  else
    sendProblem(
      exchange.request,
      exchange.reply,
      resultProblem(result, edge.rejections, creates ? '' : '/data'),
    );
};
