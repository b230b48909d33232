import { parentPort, workerData } from 'node:worker_threads';
import type { Comparison, ShownViews } from '@orderloom/engine';
import { readLog, type LogReader } from '../log/event-log.ts';
import { readShownViews } from '../views/view-contents.ts';
import type { ComparingWorkerData, FromComparingWorker } from './comparing-protocol.ts';

type Compare = (
  shown: ShownViews,
  log: LogReader,
  onProgress: (done: number, total: number) => void,
) => Promise<Comparison>;

/** The life of a comparing worker: what the file shows at this moment, held against the log, once. */
export const serveComparing = async (compare: Compare): Promise<void> => {
  const port = parentPort;
  if (port === null) throw new Error('serveComparing runs in a worker thread only');
  const { folder, generation } = workerData as ComparingWorkerData;
  const tell = (message: FromComparingWorker): void => port.postMessage(message);
  try {
    const shown = readShownViews(folder, generation);
    const log = readLog(folder);
    try {
      const comparison = await compare(shown, log, (done, total) => tell({ kind: 'progress', done, total }));
      tell({ kind: 'compared', comparison });
    } finally {
      log.close();
    }
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
};
