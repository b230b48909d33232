/** How far a partition has been read, and up to where it could be. */
export type Progress = { readonly key: string; readonly position: number | undefined; readonly end: number };

type Look = { readonly position: number | undefined; readonly looks: number };

/** So many looks in a row at a partition that has more and does not move: its reader has stalled. */
const LOOKS = 3;

/**
 * A consumer of librdkafka may stop without a word (confluentinc/confluent-kafka-javascript issue 476). Whoever looks at
 * it from time to time notices: there is more to read, and it does not move.
 */
export const stallWatch = (): ((seen: readonly Progress[]) => boolean) => {
  let still: ReadonlyMap<string, Look> = new Map();
  return (seen) => {
    const next = new Map<string, Look>();
    for (const { key, position, end } of seen) {
      if ((position ?? 0) >= end) continue;
      const before = still.get(key);
      const looks = before !== undefined && before.position === position ? before.looks + 1 : 1;
      next.set(key, { position, looks });
    }
    const hasStalled = [...next.values()].some(({ looks }) => looks >= LOOKS);
    still = hasStalled ? new Map<string, Look>() : next;
    return hasStalled;
  };
};
