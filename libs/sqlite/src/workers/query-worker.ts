import { Worker } from 'node:worker_threads';
import {
  EngineError,
  queryTimeout,
  type ListPage,
  type ParkedEvent,
  type SearchPage,
  type StoredDocument,
  type Sum,
  type ViewReader,
} from '@orderloom/engine';
import { READY, type Answer, type Query, type QueryMethod, type QueryWorkerData } from './query-protocol.ts';
import { workerEntry, type WorkerEntry } from './worker-entry.ts';

export type QueryWorkerOptions = {
  readonly folder: string;
  readonly generation: string;
  /** A query that takes longer is given up, and with it its thread. */
  readonly timeLimitMs?: number;
  readonly entry?: WorkerEntry;
};

const TIME_LIMIT_MS = 2000;
/** How often the oldest query is looked at within its time limit. */
const LOOKS = 5;
/** Queries in the worker's mailbox; the others wait here, so that a restart sends few of them again. */
const IN_FLIGHT = 64;
/**
 * Threads that were given up and have not ended. A loop in JavaScript ends at once, SQLite only with its statement; so
 * that such statements do not take all cores, queries are refused while this many run on.
 */
const MOST_ENDING = 2;

/** The reading side of a views file in a thread of its own: a slow query holds up neither commands nor the views. */
export const queryWorker = (options: QueryWorkerOptions): ViewReader => {
  const thread = new QueryThread(options);
  return {
    get: (view, id) => thread.ask<StoredDocument | undefined>('get', [view, id]),
    list: (view, list, before, limit) => thread.ask<ListPage>('list', [view, list, before, limit]),
    search: (view, question) => thread.ask<SearchPage>('search', [view, question]),
    readStream: (streamId, after, limit) =>
      thread.ask<readonly Uint8Array[]>('readStream', [streamId, after, limit]),
    sums: (view, list) => thread.ask<readonly Sum[]>('sums', [view, list]),
    asOf: () => thread.ask<number>('asOf', []),
    parked: () => thread.ask<readonly ParkedEvent[]>('parked', []),
    close: () => thread.close(),
  };
};

type Pending = Query & { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void };

class QueryThread {
  readonly #options: QueryWorkerOptions;
  #worker: Worker | undefined;
  #ending = 0;
  /** In the order of asking; the first `#sent` are with the worker, which answers in that order too. */
  #pending: Pending[] = [];
  #sent = 0;
  #lastId = 0;
  #watch: NodeJS.Timeout | undefined;
  /** How often the oldest query was looked at. Counted, not timed: a blocked main thread is no slow query. */
  #looks = 0;
  #ready = false;
  #closed = false;

  constructor(options: QueryWorkerOptions) {
    this.#options = options;
  }

  ask<T>(method: QueryMethod, values: readonly unknown[]): Promise<T> {
    if (this.#closed) return Promise.reject(unavailable('the views are closed'));
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ id: ++this.#lastId, method, values, resolve, reject });
      this.#send();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#drop();
    for (const { reject } of this.#pending.splice(0)) reject(unavailable('the views are closed'));
    await worker?.terminate();
  }

  #send(): void {
    if (this.#worker === undefined && this.#ending >= MOST_ENDING) {
      const held = unavailable(`${this.#ending} queries that were given up still run; try again later`);
      for (const { reject } of this.#pending.splice(0)) reject(held);
      return;
    }
    const worker = (this.#worker ??= this.#spawn());
    while (this.#sent < Math.min(IN_FLIGHT, this.#pending.length)) {
      const query = this.#pending[this.#sent++];
      if (query !== undefined)
        worker.postMessage({ id: query.id, method: query.method, values: query.values } satisfies Query);
    }
    this.#watch ??= setInterval(() => this.#look(), (this.#options.timeLimitMs ?? TIME_LIMIT_MS) / LOOKS);
  }

  #spawn(): Worker {
    const { folder, generation } = this.#options;
    const entry = this.#options.entry ?? workerEntry('query-worker-entry', import.meta.url);
    const workerData: QueryWorkerData = { folder, generation };
    const worker = new Worker(entry.url, { workerData, execArgv: [...entry.execArgv], name: 'queries' });
    worker.on('message', (answer: Answer) => {
      if (worker === this.#worker) this.#heard(answer);
    });
    worker.on('error', (error: Error) => {
      if (worker === this.#worker) this.#giveUp(unavailable(`the query worker failed: ${error.message}`));
    });
    worker.on('exit', (code) => {
      if (worker === this.#worker) this.#giveUp(unavailable(`the query worker ended with code ${code}`));
    });
    // A process may end while nothing is asked; the watch keeps it alive while something is.
    worker.unref();
    return worker;
  }

  #heard(answer: Answer): void {
    this.#ready = true;
    if (answer.id === READY.id) return;
    const query = this.#pending.shift();
    this.#sent--;
    this.#looks = 0;
    if (query === undefined) return;
    if ('error' in answer)
      query.reject(
        new EngineError(answer.error.code, answer.error.message, { retryable: answer.error.retryable }),
      );
    else query.resolve(answer.value as never);
    if (this.#pending.length > 0) this.#send();
    else this.#stopWatching();
  }

  #look(): void {
    const limit = this.#options.timeLimitMs ?? TIME_LIMIT_MS;
    if (!this.#ready || ++this.#looks <= LOOKS) return;
    const method = this.#pending[0]?.method ?? 'query';
    this.#giveUp(queryTimeout(`${method} took longer than ${limit} ms`));
  }

  /** Ends the thread and the oldest query with it; a new thread is asked the others again. */
  #giveUp(error: Error): void {
    if (this.#worker !== undefined) void this.#end(this.#worker);
    this.#drop();
    this.#pending.shift()?.reject(error);
    if (this.#pending.length > 0) this.#send();
  }

  async #end(worker: Worker): Promise<void> {
    this.#ending++;
    await worker.terminate();
    this.#ending--;
  }

  #drop(): void {
    this.#worker = undefined;
    this.#ready = false;
    this.#sent = 0;
    this.#stopWatching();
  }

  #stopWatching(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#looks = 0;
  }
}

const unavailable = (message: string): EngineError =>
  new EngineError('views-unavailable', message, { retryable: true });
