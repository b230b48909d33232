import type { Sum, SumChange } from '../ports/view-store.ts';

/** Sums of lists in memory. */
export const memorySums = () => {
  const sums = new Map<string, Map<string, Sum>>();
  const nameOf = (view: string, list: string): string => `${view}\0${list}`;
  return {
    change: (changes: readonly SumChange[]): void => {
      for (const { view, list, unit, name, by } of changes) {
        const ofList = sums.get(nameOf(view, list)) ?? new Map<string, Sum>();
        const at = `${unit}\0${name}`;
        ofList.set(at, { unit, name, amount: (ofList.get(at)?.amount ?? 0n) + by });
        sums.set(nameOf(view, list), ofList);
      }
    },
    of: (view: string, list: string): readonly Sum[] => [...(sums.get(nameOf(view, list))?.values() ?? [])],
  };
};
