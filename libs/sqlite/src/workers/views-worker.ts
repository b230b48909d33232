import { Worker } from 'node:worker_threads';
import { EngineError, type StoredGroup, type ViewFeed, type ViewReader } from '@orderloom/engine';
import type { FromViewsWorker, ToViewsWorker, ViewsWorkerData } from './views-protocol.ts';
import type { WorkerEntry } from './worker-entry.ts';

export type ViewsWorkerOptions = {
  readonly folder: string;
  readonly generation: string;
  /** Index of the log's last event. */
  readonly head: number;
  /** The app's file that calls `serveViewsWorker`. */
  readonly entry: WorkerEntry;
  readonly reader: ViewReader;
  /** Handed to the app's projector factory; must survive a structured clone. */
  readonly data?: unknown;
  /** Least time from one transaction of the views to the next, ms; see `WindowPace`. */
  readonly windowMs?: number;
  /** More bytes than this are not queued; the worker reads them from the log when it has caught up. */
  readonly maxQueuedBytes?: number;
  /** Told of everything that holds the views up; they go on by themselves. */
  readonly onProblem?: (message: string) => void;
};

export type ViewsWorker = ViewFeed & {
  /** The log goes as far as this: what was not fed is read from it. */
  readonly catchUp: (head: number) => void;
  /** Time the worker has spent projecting, ms. */
  readonly busyMs: () => number;
};

const WINDOW_MS = 20;
const MAX_QUEUED_BYTES = 32 * 1024 * 1024;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * A generation of a data folder's views in a thread of its own.
 * Resolves when the worker has opened its file; rejects `views-unavailable` where it cannot start.
 */
export const viewsWorker = async (options: ViewsWorkerOptions): Promise<ViewsWorker> => {
  const thread = new ViewsThread(options);
  await thread.start();
  return {
    feed: (group) => thread.feed(group),
    wanted: (index) => thread.wanted(index),
    catchUp: (head) => thread.catchUp(head),
    checkpoint: () => thread.index,
    onAdvance: (listener) => thread.onAdvance(listener),
    reader: options.reader,
    busyMs: () => thread.busyMs,
    stop: async () => {
      await thread.stop();
      await options.reader.close();
    },
  };
};

class ViewsThread {
  index = 0;
  readonly #options: ViewsWorkerOptions;
  readonly #listeners = new Set<() => void>();
  #worker: Worker | undefined;
  #head: number;
  #wanted = 0;
  #sentBytes = 0;
  #takenBytes = 0;
  /** Nothing is sent until the queue has shrunk; the worker is then told how far the log is. */
  #holdsBack = false;
  #busyBefore = 0;
  #busyNow = 0;
  #failures = 0;
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: ViewsWorkerOptions) {
    this.#options = options;
    this.#head = options.head;
  }

  get busyMs(): number {
    return this.#busyBefore + this.#busyNow;
  }

  async start(): Promise<void> {
    const worker = this.#spawn();
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('exit', (code) => {
        const message = `the views worker ended with code ${code} before it began`;
        reject(new EngineError('views-unavailable', message, { retryable: false }));
      });
    });
    worker.on('exit', () => this.#exited());
  }

  feed(group: StoredGroup): void {
    this.#head = group.first + group.count - 1;
    const queued = this.#sentBytes - this.#takenBytes + group.frames.byteLength;
    if (queued > (this.#options.maxQueuedBytes ?? MAX_QUEUED_BYTES)) this.#holdsBack = true;
    if (this.#holdsBack || this.#worker === undefined) return;
    this.#sentBytes += group.frames.byteLength;
    const frames = transferable(group.frames);
    this.#post({ kind: 'group', first: group.first, count: group.count, frames }, [frames.buffer]);
  }

  catchUp(head: number): void {
    this.#head = Math.max(this.#head, head);
    this.#post({ kind: 'head', last: this.#head });
  }

  /** Said once for all who wait for the same: those who come later wait for more. */
  wanted(index: number): void {
    if (index <= this.#wanted) return;
    this.#wanted = index;
    this.#post({ kind: 'wanted', last: index });
  }

  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    this.#post({ kind: 'stop' });
    await ended;
  }

  #spawn(): Worker {
    const { folder, generation, windowMs = WINDOW_MS, data, entry } = this.#options;
    const workerData: ViewsWorkerData = { folder, generation, head: this.#head, windowMs, data };
    const worker = new Worker(entry.url, { workerData, execArgv: [...entry.execArgv], name: 'views' });
    worker.on('message', (message: FromViewsWorker) => this.#heard(message));
    worker.on('error', (error: Error) =>
      this.#options.onProblem?.(`the views worker failed: ${error.message}`),
    );
    this.#sentBytes = 0;
    this.#takenBytes = 0;
    this.#holdsBack = false;
    this.#worker = worker;
    if (this.#wanted > this.index) this.#post({ kind: 'wanted', last: this.#wanted });
    return worker;
  }

  #heard(message: FromViewsWorker): void {
    if (message.kind === 'problem') {
      this.#options.onProblem?.(message.message);
      return;
    }
    this.index = message.index;
    this.#takenBytes = message.takenBytes;
    this.#busyNow = message.busyMs;
    this.#failures = 0;
    const limit = this.#options.maxQueuedBytes ?? MAX_QUEUED_BYTES;
    if (this.#holdsBack && this.#sentBytes - this.#takenBytes <= limit / 2) {
      this.#holdsBack = false;
      this.#post({ kind: 'head', last: this.#head });
    }
    for (const listener of this.#listeners) listener();
  }

  /** A worker that died begins again at its checkpoint, with ever longer pauses. */
  #exited(): void {
    this.#worker = undefined;
    if (this.#stopping) return;
    this.#busyBefore += this.#busyNow;
    this.#busyNow = 0;
    this.#restart = setTimeout(
      () => this.#spawn().on('exit', () => this.#exited()),
      Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++),
    );
  }

  #post(message: ToViewsWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }
}

/** The bytes in memory of their own, copied only where they share it with others. */
const transferable = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? (bytes as Uint8Array<ArrayBuffer>)
    : Uint8Array.from(bytes);
