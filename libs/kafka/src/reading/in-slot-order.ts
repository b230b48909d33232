import { setTimeout as pause } from 'node:timers/promises';
import { isMove, logCorrupt, type LogEntry, type SlotOpened, type StoredGroup } from '@orderloom/engine';

/** A log that can be read on from an index, up to its present end. */
type Log = { readonly entries: (after: number) => AsyncIterable<LogEntry> };

/** A group, and the place in the list of the log that holds it. */
export type PlacedGroup = StoredGroup & { readonly log: number };

/** One log shows what was committed a moment later than another: looked at so often again, ms apart. */
const LOOKS = 100;
const LOOK_MS = 100;

/** One of the logs, as far as it is read. */
class Cursor {
  readonly #log: Log;
  #entries: AsyncIterator<LogEntry>;
  index = 0;
  isOver = false;
  waitsFor: SlotOpened | undefined;

  constructor(log: Log) {
    this.#log = log;
    this.#entries = log.entries(0)[Symbol.asyncIterator]();
  }

  /** The next group; `undefined` where it is at its end, or waits. */
  async next(): Promise<StoredGroup | undefined> {
    const step = await this.#entries.next();
    this.isOver = step.done === true;
    if (step.done === true) return undefined;
    const entry = step.value;
    if (!isMove(entry)) {
      this.index = entry.first + entry.count - 1;
      return entry;
    }
    if (entry.kind === 'opened') this.waitsFor = entry;
    return undefined;
  }

  readAgain(): void {
    this.#entries = this.#log.entries(this.index)[Symbol.asyncIterator]();
    this.isOver = false;
  }
}

/**
 * The groups of one log after the other; where a slot has come from another log, that one is read up to there first, so
 * that each slot is read in its order. Logs are called by their place in the list.
 * Throws `log-corrupt` where a log waits for what the other one does not hold.
 */
export async function* inSlotOrder(logs: readonly Log[]): AsyncGenerator<PlacedGroup> {
  const cursors = logs.map((log) => new Cursor(log));
  const mayGoOn = ({ isOver, waitsFor }: Cursor): boolean =>
    !isOver && (waitsFor === undefined || (cursors[waitsFor.from]?.index ?? 0) >= waitsFor.fromIndex);
  for (let looked = 0; ; looked++) {
    for (let next = cursors.find(mayGoOn); next !== undefined; next = cursors.find(mayGoOn)) {
      next.waitsFor = undefined;
      const group = await next.next();
      if (group !== undefined) yield { ...group, log: cursors.indexOf(next) };
    }
    const waiting = cursors.flatMap(({ waitsFor }) => waitsFor ?? []);
    if (waiting.length === 0) return;
    if (looked >= LOOKS)
      throw logCorrupt('a slot was opened behind events that the log that it came from does not hold');
    await pause(LOOK_MS);
    for (const { from } of waiting) cursors[from]?.readAgain();
  }
}
