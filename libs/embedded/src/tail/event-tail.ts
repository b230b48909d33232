import { Worker } from 'node:worker_threads';
import {
  EngineError,
  logUnavailable,
  type EventTail,
  type TailStep,
  type WantedEvents,
} from '@orderloom/engine';
import { workerEntry } from '@orderloom/sqlite';
import type { NoticedLog } from '../noticed-log.ts';
import type { TailAsked, TailTold, TailWorkerData } from './tail-protocol.ts';

type Waiting = { readonly resolve: (step: TailStep) => void; readonly reject: (error: Error) => void };

/** The thread that reads, begun when somebody asks; where it ends, the next question begins another. */
class TailThread {
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #closed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  ask(after: number, wanted: WantedEvents): Promise<TailStep> {
    if (this.#closed) return Promise.reject(logUnavailable('the log is closed'));
    const worker = (this.#worker ??= this.#spawn());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, after, wanted } satisfies TailAsked);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#giveUp('the log is closed');
    await worker?.terminate();
  }

  #spawn(): Worker {
    const { url, execArgv } = workerEntry('tail-worker-entry', import.meta.url);
    const workerData: TailWorkerData = { folder: this.#folder };
    const worker = new Worker(url, { workerData, execArgv: [...execArgv], name: 'tail' });
    const ended = (): void => {
      if (worker === this.#worker) this.#giveUp('the thread that reads the log has ended');
    };
    worker.on('message', (told: TailTold) => this.#heard(told));
    worker.on('error', ended).on('exit', ended);
    // A process may end while nobody reads.
    worker.unref();
    return worker;
  }

  #heard(told: TailTold): void {
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if ('step' in told) waiting?.resolve(told.step);
    else waiting?.reject(new EngineError(told.failed.code, told.failed.message, told.failed));
  }

  #giveUp(why: string): void {
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(logUnavailable(why));
  }
}

/** The log of a data folder for readers outside, read and written as JSON in a thread of its own. */
export const eventTail = (
  folder: string,
  log: Pick<NoticedLog, 'head' | 'appended'>,
): EventTail & { readonly close: () => Promise<void> } => {
  const thread = new TailThread(folder);
  return {
    partitions: 1,
    head: () => [log.head()],
    next: async (place, wanted, signal) => {
      const [after = 0] = place;
      while (log.head() <= after && !signal.aborted) await log.appended(signal);
      return signal.aborted ? { events: [], upTo: place } : thread.ask(after, wanted);
    },
    close: () => thread.close(),
  };
};
