import type { CommandResult } from '@orderloom/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  doneBody,
  doneStatus,
  idempotencyWindow,
  isDone,
  noteHealth,
  PENDING_RETRY_S,
  pendingBody,
} from '../answer-command.ts';
import type { Edge } from '../edge.ts';
import { pathOf, problemBody, type Problem } from '../problem.ts';
import { logBreakage, problemNow } from '../problem-filter.ts';
import { resultProblem } from '../rejection-problem.ts';
import { traceIdIn } from '../trace.ts';
import { itemCommand, itemsOf, ownStreamsOf, senderOf } from './read-batch.ts';

/** What a request of its own would have been answered. */
type ItemAnswer = {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly body: object;
};

/** Writes the problems of one request's items. */
type Problems = {
  readonly of: (problem: Problem, index: number) => ItemAnswer;
  /** The same for what was thrown; nothing of it reaches the other items. */
  readonly ofError: (error: unknown, index: number) => ItemAnswer;
};

const problemsOf = (edge: Edge, request: FastifyRequest): Problems => {
  const traceId = traceIdIn(request);
  const address = pathOf(request.raw.url ?? '');
  const of: Problems['of'] = (problem, index) => ({
    status: problem.status,
    ...(problem.retryAfter !== undefined && { retryAfter: problem.retryAfter }),
    body: problemBody(problem, `${address}#/commands/${index}`, traceId),
  });
  return {
    of,
    ofError: (error, index) => {
      const problem = problemNow(edge, error);
      if (problem.status === 500) logBreakage(edge, error, traceId);
      return of(problem, index);
    },
  };
};

const answerOf = (
  edge: Edge,
  problems: Problems,
  result: CommandResult,
  { index, creates }: { readonly index: number; readonly creates: boolean },
): ItemAnswer => {
  noteHealth(edge, result);
  if (isDone(result)) return { status: doneStatus(result, creates), body: doneBody(edge, result) };
  if (result.outcome === 'pending')
    return { status: 202, retryAfter: PENDING_RETRY_S, body: pendingBody(result) };
  return problems.of(resultProblem(result, edge.rejections, '/data'), index);
};

/**
 * Sends the commands of a batch, in their order and without a pause between them, so that they share a group, and
 * answers with one result each. What is wrong with one of them is that one's answer.
 */
export const sendAndAnswerAll = async (
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const items = itemsOf(request);
  const sender = senderOf(request, await ownStreamsOf(edge, request, items));
  const problems = problemsOf(edge, request);
  const sendOne = async (item: unknown, index: number): Promise<ItemAnswer> => {
    try {
      const command = itemCommand(edge, item, sender);
      const result = await edge.engine.send(command);
      return answerOf(edge, problems, result, { index, creates: command.stream.key === '' });
    } catch (error) {
      return problems.ofError(error, index);
    }
  };
  const answering = items.map(sendOne);
  request.arrived?.();
  const results = await Promise.all(answering);
  void reply
    .code(200)
    .header('idempotency-window', idempotencyWindow(edge))
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ results }));
};
