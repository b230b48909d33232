import { parentPort, workerData } from 'node:worker_threads';
import { EngineError, type ViewReader } from '@orderloom/engine';
import { openViewReader } from '../views/view-reader.ts';
import { READY, type Answer, type Query, type QueryWorkerData } from './query-protocol.ts';

/** The life of a query worker: answers one question after the other, in the order in which they came. */
export const serveQueries = (
  openReader: (folder: string, generation: string) => ViewReader = openViewReader,
): void => {
  const port = parentPort;
  if (port === null) throw new Error('serveQueries runs in a worker thread only');
  const { folder, generation } = workerData as QueryWorkerData;
  const reader = openReader(folder, generation);
  let last = Promise.resolve();
  port.on('message', (query: Query) => {
    last = last.then(async () => port.postMessage(await answer(reader, query)));
  });
  port.postMessage(READY);
};

const answer = async (reader: ViewReader, { id, method, values }: Query): Promise<Answer> => {
  try {
    const ask = reader[method] as (...values: readonly unknown[]) => Promise<unknown>;
    return { id, value: await ask(...values) };
  } catch (error) {
    const { code, retryable } =
      error instanceof EngineError ? error : { code: 'query-failed', retryable: false };
    return {
      id,
      error: { code, retryable, message: error instanceof Error ? error.message : String(error) },
    };
  }
};
