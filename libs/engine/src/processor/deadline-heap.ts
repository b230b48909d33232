/**
 * Due instants of streams, earliest first: a binary heap in typed arrays, 12 bytes a deadline.
 * Entries are never removed before their time: whoever takes one out asks the stream whether it still holds.
 * Push and pop O(log n).
 */
export class DeadlineHeap {
  #due = new Float64Array(64);
  #ordinal = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The earliest due instant; `Infinity` where nothing is pending. */
  get earliest(): number {
    return this.#size === 0 ? Infinity : (this.#due[0] ?? Infinity);
  }

  push(due: number, ordinal: number): void {
    if (this.#size === this.#due.length) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#due[parent] ?? 0) <= due) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#due[at] = due;
    this.#ordinal[at] = ordinal;
  }

  /** Takes the earliest out. Only where `size` is above 0. */
  pop(): { readonly due: number; readonly ordinal: number } {
    const top = { due: this.#due[0] ?? 0, ordinal: this.#ordinal[0] ?? 0 };
    const last = --this.#size;
    const due = this.#due[last] ?? 0;
    const ordinal = this.#ordinal[last] ?? 0;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && (this.#due[child + 1] ?? 0) < (this.#due[child] ?? 0)) child++;
      if ((this.#due[child] ?? 0) >= due) break;
      this.#move(child, at);
      at = child;
    }
    if (last > 0) {
      this.#due[at] = due;
      this.#ordinal[at] = ordinal;
    }
    return top;
  }

  #move(from: number, to: number): void {
    this.#due[to] = this.#due[from] ?? 0;
    this.#ordinal[to] = this.#ordinal[from] ?? 0;
  }

  #grow(): void {
    const capacity = Math.ceil(this.#due.length * 1.5);
    const due = new Float64Array(capacity);
    const ordinal = new Int32Array(capacity);
    due.set(this.#due);
    ordinal.set(this.#ordinal);
    this.#due = due;
    this.#ordinal = ordinal;
  }
}
