const KEPT = 10_000;

/** How late the last deadlines fired, ms: a ring, read for percentiles. */
export class Lateness {
  readonly #ring = new Float64Array(KEPT);
  #count = 0;

  get fired(): number {
    return this.#count;
  }

  add(ms: number): void {
    this.#ring[this.#count++ % KEPT] = ms;
  }

  figures(): { readonly p50: number; readonly p99: number; readonly max: number } {
    const sorted = this.#ring.slice(0, Math.min(this.#count, KEPT)).sort();
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}
