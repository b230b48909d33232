import type { InputRecord } from '../ports/partition-port.ts';

/**
 * What was read of one lane and is not decided yet. Records leave it only after the step that decided them is durable,
 * so a failed step needs nothing to be read again.
 */
export class LaneQueue {
  #records: InputRecord[] = [];
  #next = 0;
  #read = 0;

  /** The first offset that is not decided. */
  get next(): number {
    return this.#next;
  }

  get length(): number {
    this.#skipDecided();
    return this.#records.length;
  }

  /** Everything below it is decided: the first record that waits, else how far the lane was read. */
  get position(): number {
    this.#skipDecided();
    return this.#records[0]?.offset ?? Math.max(this.#next, this.#read);
  }

  /** Where the lane stands once its first `count` records are decided; what holds no record is passed over. */
  offsetBehind(count: number): number {
    const last = this.#records[count - 1];
    const behind = last === undefined ? this.#next : last.offset + 1;
    return count === this.#records.length ? Math.max(behind, this.#read) : behind;
  }

  offer(records: readonly InputRecord[]): void {
    for (const record of records) this.#records.push(record);
  }

  /** The lane was read up to this offset, records or not: transaction markers take offsets too. */
  readUpTo(offset: number): void {
    this.#read = Math.max(this.#read, offset);
  }

  at(index: number): InputRecord | undefined {
    return this.#records[index];
  }

  /** Everything below the offset is decided and durable. */
  decidedUpTo(offset: number): void {
    this.#next = offset;
    this.#skipDecided();
  }

  /** The lane is read again from what is committed. */
  clear(): void {
    this.#records = [];
    this.#read = 0;
  }

  #skipDecided(): void {
    const records = this.#records;
    let decided = 0;
    while (decided < records.length && (records[decided]?.offset ?? 0) < this.#next) decided++;
    if (decided > 0) this.#records = records.slice(decided);
  }
}
