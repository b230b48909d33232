import type { StreamRef } from '@orderloom/decider';
import type { FastifyRequest } from 'fastify';
import type { Edge } from './edge.ts';
import { refuse } from './problem.ts';
import { patienceOf } from './read-query.ts';

/** Whether the address calls an order by its foreign id. */
export const isOtherName = ({ otherNames }: Edge, stream: StreamRef): boolean =>
  otherNames?.isOne(stream) === true;

/**
 * The stream that has the name; any other as it is. Who says `Min-Position` waits for the name too: on Kafka it is
 * decided in another partition than the order. Throws `unknown-stream`.
 */
export const ownStream = async (
  edge: Edge,
  request: FastifyRequest,
  stream: StreamRef,
): Promise<StreamRef> => {
  const { otherNames } = edge;
  if (otherNames?.isOne(stream) !== true) return stream;
  const own = await otherNames.behind(stream, patienceOf(request));
  return own ?? refuse('unknown-stream', 'No order of this tenant has that foreign id');
};
