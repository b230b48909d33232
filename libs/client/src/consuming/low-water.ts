/** Which events of a partition are done: they come to an end in any order, and progress has no gaps. */
export class LowWater {
  readonly #done = new Set<number>();
  #index: number;

  constructor(index: number) {
    this.#index = index;
  }

  /** Everything up to here is done. */
  get index(): number {
    return this.#index;
  }

  done(index: number): void {
    this.#done.add(index);
    while (this.#done.delete(this.#index + 1)) this.#index++;
  }
}
