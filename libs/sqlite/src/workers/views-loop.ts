import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { systemClock, type Clock, type Projector, type StoredGroup, type ViewStore } from '@orderloom/engine';
import type { FromViewsWorker, ToViewsWorker } from './views-protocol.ts';
import { WindowPace } from './window-pace.ts';

export type ViewsLoopOptions = {
  readonly head: number;
  /** Least time from one window to the next. */
  readonly windowMs: number;
  readonly openStore: () => ViewStore;
  /** Deletes what `openStore` opens; called where it is damaged, or ahead of the log. */
  readonly dropStore: () => void;
  readonly createProjector: (store: ViewStore) => Projector | Promise<Projector>;
  readonly read: (after: number) => Iterable<StoredGroup>;
  /** Whether what `openStore` has opened is not what stands there now: somebody has deleted it, or put another in its place. */
  readonly isReplaced?: () => boolean;
  readonly report: (message: FromViewsWorker) => void;
  readonly clock?: Clock;
};

/** Most that one window takes: it bounds the transaction and the wait of whoever asks for the checkpoint. */
const WINDOW_GROUPS = 512;
const WINDOW_BYTES = 4 * 1024 * 1024;
/** How often a worker without work looks whether its store is still there, ms. */
const LOOK_EVERY_MS = 500;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * What a views worker does: merges what was fed into windows, and reads the log itself where groups are missing
 * (at the start, after a failure, or because the feeder stopped sending). `take` is the mailbox, `run` the life.
 */
export class ViewsLoop {
  readonly #options: ViewsLoopOptions;
  /** Groups to project, without a gap behind `#index`. */
  #queue: StoredGroup[] = [];
  #index = 0;
  /** Index behind the last one queued. */
  #next = 1;
  /** The log holds at least this much, fed or not. */
  #target: number;
  #takenBytes = 0;
  #busyMs = 0;
  readonly #clock: Clock;
  readonly #pace: WindowPace;
  /** Somebody waits until the views show this. */
  #wanted = 0;
  #failures = 0;
  #hasBegun = false;
  #stopping = false;
  #wake: () => void = () => undefined;

  constructor(options: ViewsLoopOptions) {
    this.#options = options;
    this.#target = options.head;
    this.#clock = options.clock ?? systemClock;
    this.#pace = new WindowPace(this.#clock, options.windowMs);
  }

  take(message: ToViewsWorker): void {
    if (message.kind === 'stop') {
      this.#stopping = true;
      this.#pace.stop();
    } else if (message.kind === 'wanted') {
      this.#wanted = Math.max(this.#wanted, message.last);
      this.#pace.hurry();
    } else if (message.kind === 'head') this.#target = Math.max(this.#target, message.last);
    else this.#takeGroup(message);
    this.#wake();
  }

  #takeGroup(group: StoredGroup): void {
    const last = group.first + group.count - 1;
    this.#target = Math.max(this.#target, last);
    if (group.first === this.#next) {
      this.#queue.push(group);
      this.#next = last + 1;
    } else this.#takenBytes += group.frames.byteLength; // Behind a gap, or already read from the log.
  }

  /** Ends after `stop`, with everything queued projected and the store closed. */
  async run(): Promise<void> {
    let store: ViewStore | undefined;
    let projector: Projector | undefined;
    while (!this.#stopping || this.#queue.length > 0) {
      try {
        store ??= this.#options.openStore();
        projector ??= await this.#begin(store);
        await this.#step(projector);
        this.#failures = 0;
      } catch (error) {
        projector = undefined;
        if (isDamage(error)) {
          await this.#drop(store);
          store = undefined;
        }
        await this.#recover(error);
        if (this.#stopping) break;
      }
    }
    await store?.close();
  }

  async #begin(store: ViewStore): Promise<Projector> {
    const projector = await this.#options.createProjector(store);
    this.#index = await projector.checkpointIndex();
    if (this.#index > this.#target) throw new AheadOfLog(this.#index, this.#target);
    await this.#expectOwnLog(projector);
    this.#tellWhatIsMissing();
    if (this.#queue.length === 0) this.#next = this.#index + 1;
    this.#reportProgress();
    return projector;
  }

  /** Once, of what was in the log when the loop began: the views were not written to their end, or were put back. */
  #tellWhatIsMissing(): void {
    const { head } = this.#options;
    if (!this.#hasBegun && this.#index < head) this.#tell(`the views show event ${this.#index} of ${head}`);
    this.#hasBegun = true;
  }

  /** The event at the checkpoint is the one that stands there in the log. */
  async #expectOwnLog(projector: Projector): Promise<void> {
    const [group] = this.#index === 0 ? [] : this.#options.read(this.#index - 1);
    if (group !== undefined && (await projector.stands?.(group)) === false) throw new OtherLog(this.#index);
  }

  async #step(projector: Projector): Promise<void> {
    if (this.#options.isReplaced?.() === true) throw new Replaced();
    if (this.#queue.length > 0) await this.#project(projector, await this.#nextWindow());
    else if (this.#index < this.#target) await this.#catchUp(projector);
    else await this.#rest();
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(LOOK_EVERY_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #nextWindow(): Promise<readonly StoredGroup[]> {
    await this.#pace.next(() => this.#wanted > this.#index);
    const groups = takeWindow(this.#queue);
    this.#queue = this.#queue.slice(groups.length);
    for (const { frames } of groups) this.#takenBytes += frames.byteLength;
    return groups;
  }

  async #catchUp(projector: Projector): Promise<void> {
    const groups = takeWindow(this.#options.read(this.#index));
    if (groups.length === 0) this.#target = this.#index;
    else await this.#project(projector, groups);
    if (this.#queue.length === 0) this.#next = this.#index + 1;
    // Messages that came meanwhile are seen before the next window.
    await nextTurn();
  }

  async #project(projector: Projector, groups: readonly StoredGroup[]): Promise<void> {
    const began = performance.now();
    await this.#pace.window(() => projector.apply(groups));
    this.#index = await projector.checkpointIndex();
    this.#busyMs += performance.now() - began;
    this.#reportProgress();
  }

  async #drop(store: ViewStore | undefined): Promise<void> {
    try {
      await store?.close();
    } catch {
      // A damaged file need not close; it is deleted.
    }
    this.#options.dropStore();
  }

  /** Nothing is lost: what was queued is in the log, and is read from there. */
  async #recover(error: unknown): Promise<void> {
    this.#tell(error instanceof Error ? error.message : String(error));
    for (const { frames } of this.#queue) this.#takenBytes += frames.byteLength;
    this.#queue = [];
    this.#next = Number.POSITIVE_INFINITY;
    if (isDamage(error)) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    const until = performance.now() + pause;
    while (!this.#stopping && performance.now() < until) await delay(FIRST_PAUSE_MS / 2);
  }

  #tell(message: string): void {
    this.#options.report({ kind: 'problem', message });
  }

  #reportProgress(): void {
    const { report } = this.#options;
    report({ kind: 'progress', index: this.#index, takenBytes: this.#takenBytes, busyMs: this.#busyMs });
  }
}

/** Views cannot know more than the log: the log has lost its end, or the views belong to another one. */
class AheadOfLog extends Error {
  readonly code = 'views-ahead';
  constructor(index: number, head: number) {
    super(`the views show event ${index}, but the log ends with event ${head}; the views are begun again`);
  }
}

/** They cannot be mended: what they hold was never in this log. */
class OtherLog extends Error {
  readonly code = 'views-of-another-log';
  constructor(index: number) {
    super(`event ${index} of the views is not event ${index} of the log; the views are begun again`);
  }
}

class Replaced extends Error {
  readonly code = 'views-replaced';
  constructor() {
    super('the file of the views was deleted or replaced; the views are begun again');
  }
}

const DAMAGES = ['views-corrupt', 'views-ahead', 'views-of-another-log', 'views-replaced'];

const isDamage = (error: unknown): boolean => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return DAMAGES.includes(String(code));
};

const takeWindow = (groups: Iterable<StoredGroup>): readonly StoredGroup[] => {
  const taken: StoredGroup[] = [];
  let bytes = 0;
  for (const group of groups) {
    taken.push(group);
    bytes += group.frames.byteLength;
    if (taken.length === WINDOW_GROUPS || bytes >= WINDOW_BYTES) break;
  }
  return taken;
};
