import type { Summed } from '@orderloom/decider';
import type { SumChange } from './ports/view-store.ts';
import type { Working } from './projector-documents.ts';

type Sums = { readonly view: string; readonly list: string; readonly unit: string } & {
  readonly by: Map<string, bigint>;
};

/** By how much the documents of one window change the sums that they are part of. */
export class WindowSums {
  readonly #sums = new Map<string, Sums>();

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  /** Takes what a document adds now for what it has added before. */
  take(working: Working): void {
    const { projection, document, summed: before } = working;
    if (projection.sums === undefined) return;
    const now = document === undefined ? undefined : projection.sums(document);
    working.summed = now;
    // Most events move no money, and leave the amounts as they are.
    if (now?.amounts === before?.amounts) return;
    if (before) this.#add(working, before, -1n);
    if (now) this.#add(working, now, 1n);
  }

  changes(): readonly SumChange[] {
    return [...this.#sums.values()].flatMap(({ by, ...of }) =>
      [...by].filter(([, amount]) => amount !== 0n).map(([name, amount]) => ({ ...of, name, by: amount })),
    );
  }

  #add({ projection, tenant }: Working, { lists, unit, amounts }: Summed, sign: 1n | -1n): void {
    for (const list of lists) {
      const by = this.#sumsOf(projection.name, `${tenant}/${list}`, unit);
      for (const [name, amount] of Object.entries(amounts))
        by.set(name, (by.get(name) ?? 0n) + sign * BigInt(amount));
    }
  }

  #sumsOf(view: string, list: string, unit: string): Map<string, bigint> {
    const at = `${view}\0${list}\0${unit}`;
    const known = this.#sums.get(at) ?? { view, list, unit, by: new Map<string, bigint>() };
    this.#sums.set(at, known);
    return known.by;
  }
}
