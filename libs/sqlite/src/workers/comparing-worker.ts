import { Worker } from 'node:worker_threads';
import { EngineError, type Comparison } from '@orderloom/engine';
import type { ComparingWorkerData, FromComparingWorker } from './comparing-protocol.ts';
import type { WorkerEntry } from './worker-entry.ts';

export type ComparingOptions = ComparingWorkerData & {
  /** The app's file that calls `serveComparing`. */
  readonly entry: WorkerEntry;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

const notCompared = (why: string): EngineError =>
  new EngineError('views-not-compared', `the views could not be compared: ${why}`, { retryable: false });

/**
 * Holds what a generation shows now against a fresh fold of the log, in a thread of its own. Rejects with
 * `views-not-compared` where it cannot be read, or the signal aborts.
 */
export const compareInThread = ({
  entry,
  onProgress,
  signal,
  ...workerData
}: ComparingOptions): Promise<Comparison> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(entry.url, { workerData, execArgv: [...entry.execArgv], name: 'comparing' });
    const stop = (): void => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: FromComparingWorker) => {
      if (message.kind === 'progress') onProgress(message.done, message.total);
      else if (message.kind === 'compared') resolve(message.comparison);
      else reject(notCompared(message.message));
    });
    worker.on('error', (error: Error) => reject(notCompared(error.message)));
    worker.on('exit', () => {
      signal.removeEventListener('abort', stop);
      reject(notCompared('the thread has ended'));
    });
  });
