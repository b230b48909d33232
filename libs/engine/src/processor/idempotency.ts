import { SLOTS } from '@orderloom/decider';

/** What is remembered of an accepted command. */
export type Remembered = {
  /** Begins the hash of the content, latin1: see `isSameContent`. */
  readonly fingerprint: string;
  readonly ordinal: number;
  readonly version: number;
  /** When the command was recorded, ms; afterwards the end of that day. */
  readonly at: number;
};

/** What the open group has added. The same id may stand in several slots: `before` is the one staged ahead of it. */
type Staged = Remembered & { readonly slot: number; readonly before: Staged | undefined };

/** A slot with its table, and the number of entries at which it is swept next. */
export type SlotTable = readonly [slot: number, table: Int32Array, sweepAt: number];

/** Whether nobody needs to know any more what became of a command to the stream of that number. */
export type MayForget = (slot: number, ordinal: number, at: number) => boolean;

const WORDS = 8;
const SMALLEST = 16;
/** A slot with fewer entries is not worth looking through. */
const SWEEP_AT = 256;
const FINGERPRINT_BYTES = 6;
const DAY_MS = 86_400_000;
const LAST_DAY = 0xffff;

const dayOf = (at: number): number => Math.min(LAST_DAY, Math.max(0, Math.floor(at / DAY_MS)));

const word = (bytes: string, at: number): number =>
  bytes.charCodeAt(at) |
  (bytes.charCodeAt(at + 1) << 8) |
  (bytes.charCodeAt(at + 2) << 16) |
  (bytes.charCodeAt(at + 3) << 24);

const text = (...words: number[]): string =>
  words.map((w) => String.fromCharCode(w & 255, (w >>> 8) & 255, (w >>> 16) & 255, w >>> 24)).join('');

/** Of the stored fingerprint 48 bits are left; before it is stored it is whole. */
export const isSameContent = ({ fingerprint }: Remembered, whole: string): boolean =>
  whole.startsWith(fingerprint);

/**
 * One slot's memory: open addressing over 32-byte entries (16 bytes id hash, 6 bytes fingerprint, 2 bytes day, stream
 * ordinal, version + 1, so that 0 marks a free entry). Grows by 1.5 at three quarters full. Look-up and insertion O(1).
 */
class SlotMemory {
  #table: Int32Array = new Int32Array(SMALLEST * WORDS);
  #capacity = SMALLEST;
  #count = 0;
  #sweepAt = SWEEP_AT;
  /** Somebody reads the table as it is: whoever changes it makes a copy first. */
  #isFrozen = false;

  get size(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.#sweepAt;
  }

  #at(idHash: string): number {
    const table = this.#table;
    const a = word(idHash, 0);
    const b = word(idHash, 4);
    const c = word(idHash, 8);
    const d = word(idHash, 12);
    let index = (a >>> 0) % this.#capacity;
    for (;;) {
      const at = index * WORDS;
      if (table[at + 7] === 0) return -1 - at;
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) return at;
      index = index + 1 === this.#capacity ? 0 : index + 1;
    }
  }

  find(idHash: string): Remembered | undefined {
    const at = this.#at(idHash);
    if (at < 0) return undefined;
    const t = this.#table;
    return {
      fingerprint: text(t[at + 4] ?? 0, t[at + 5] ?? 0).slice(0, FINGERPRINT_BYTES),
      ordinal: t[at + 6] ?? 0,
      version: (t[at + 7] ?? 0) - 1,
      at: endOfDay(t[at + 5] ?? 0),
    };
  }

  put(idHash: string, value: Remembered): void {
    let at = this.#at(idHash);
    if (at < 0) {
      if (++this.#count * 4 > this.#capacity * 3) {
        this.#grow();
        at = this.#at(idHash);
      }
      at = -1 - at;
    }
    if (this.#isFrozen) this.#thaw();
    const t = this.#table;
    for (let i = 0; i < 4; i++) t[at + i] = word(idHash, i * 4);
    t[at + 4] = word(value.fingerprint, 0);
    t[at + 5] = (word(value.fingerprint, 4) & 0xffff) | (dayOf(value.at) << 16);
    t[at + 6] = value.ordinal;
    t[at + 7] = value.version + 1;
  }

  #thaw(): void {
    this.#table = this.#table.slice();
    this.#isFrozen = false;
  }

  #grow(): void {
    this.#rebuild(Math.ceil(this.#capacity * 1.5), () => false);
  }

  /** Forgets what may be forgotten, and looks again when there are twice as many as are left. */
  sweep(slot: number, mayForget: MayForget): void {
    const forgotten = (ordinal: number, at: number): boolean => mayForget(slot, ordinal, at);
    this.#rebuild(this.#capacity, forgotten);
    this.#sweepAt = Math.max(SWEEP_AT, this.#count * 2);
  }

  #rebuild(capacity: number, forgotten: (ordinal: number, at: number) => boolean): void {
    const old = this.#table;
    this.#capacity = capacity;
    this.#table = new Int32Array(this.#capacity * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + 7] === 0) continue;
      if (forgotten(old[from + 6] ?? 0, endOfDay(old[from + 5] ?? 0))) {
        this.#count--;
        continue;
      }
      let index = ((old[from] ?? 0) >>> 0) % this.#capacity;
      while (this.#table[index * WORDS + 7] !== 0) index = index + 1 === this.#capacity ? 0 : index + 1;
      this.#table.set(old.subarray(from, from + WORDS), index * WORDS);
    }
    this.#isFrozen = false;
  }

  /** The table as it stands, which nobody will change. */
  freeze(slot: number): SlotTable {
    this.#isFrozen = true;
    return [slot, this.#table, this.#sweepAt];
  }

  load([, table, sweepAt]: SlotTable): void {
    // A copy: a table read from a snapshot is a window into the snapshot's own bytes.
    this.#table = table.slice();
    this.#capacity = table.length / WORDS;
    this.#sweepAt = sweepAt;
    this.#count = 0;
    for (let at = 7; at < table.length; at += WORDS) if (table[at] !== 0) this.#count++;
  }
}

const endOfDay = (dayWord: number): number => ((dayWord >>> 16) + 1) * DAY_MS;

/**
 * The accepted commands of a partition: (slot, hash of tenant and command id) -> first answer.
 * What a group adds is staged until the group is durable, so that taking a command back is dropping names.
 */
export class IdempotencyMemory {
  readonly #slots: (SlotMemory | undefined)[] = new Array<SlotMemory | undefined>(SLOTS).fill(undefined);
  #staged = new Map<string, Staged>();
  #stagedOrder: string[] = [];
  /** Slots that may have grown enough to be swept. */
  readonly #changed = new Set<number>();

  /** Number of commands that are remembered. O(slots). */
  get size(): number {
    return this.#slots.reduce((sum, memory) => sum + (memory?.size ?? 0), 0);
  }

  find(slot: number, idHash: string): Remembered | undefined {
    for (let staged = this.#staged.get(idHash); staged !== undefined; staged = staged.before)
      if (staged.slot === slot) return staged;
    return this.findDurable(slot, idHash);
  }

  /** Without what the open group has added. */
  findDurable(slot: number, idHash: string): Remembered | undefined {
    return this.#slots[slot]?.find(idHash);
  }

  stage(slot: number, idHash: string, value: Remembered): void {
    this.#stagedOrder.push(idHash);
    this.#staged.set(idHash, { ...value, slot, before: this.#staged.get(idHash) });
  }

  savepoint(): number {
    return this.#stagedOrder.length;
  }

  undoTo(savepoint: number): void {
    for (let i = this.#stagedOrder.length - 1; i >= savepoint; i--) {
      const idHash = this.#stagedOrder[i] ?? '';
      const before = this.#staged.get(idHash)?.before;
      if (before === undefined) this.#staged.delete(idHash);
      else this.#staged.set(idHash, before);
    }
    this.#stagedOrder.length = savepoint;
  }

  /** The group is durable: what it staged is remembered. */
  merge(): void {
    for (const [idHash, newest] of this.#staged)
      for (let staged: Staged | undefined = newest; staged !== undefined; staged = staged.before)
        this.put(staged.slot, idHash, staged);
    // Not cleared: the old space keeps a cleared map's contents until the next full collection.
    this.#staged = new Map();
    this.#stagedOrder = [];
  }

  put(slot: number, idHash: string, value: Remembered): void {
    const memory = (this.#slots[slot] ??= new SlotMemory());
    memory.put(idHash, value);
    if (memory.isFull) this.#changed.add(slot);
  }

  /**
   * To be called at the end of each group, live and when it is read back: what is forgotten then depends on nothing but
   * the log, so that a memory that was read back is the one that was lost. O(1) a command.
   */
  sweep(mayForget: MayForget): void {
    if (this.#changed.size === 0) return;
    for (const slot of this.#changed) this.#slots[slot]?.sweep(slot, mayForget);
    this.#changed.clear();
  }

  /** The tables of all slots as they stand, each to be read while the memory moves on. */
  freeze(): readonly SlotTable[] {
    return this.#slots.flatMap((memory, slot) => (memory === undefined ? [] : [memory.freeze(slot)]));
  }

  load(table: SlotTable): void {
    const memory = new SlotMemory();
    memory.load(table);
    this.#slots[table[0]] = memory;
  }
}
