import type { Snapshot, SnapshotStore } from '../ports/snapshot-store.ts';

/** Keeps the last snapshot in memory. */
export const memorySnapshotStore = (): SnapshotStore => {
  let kept: Snapshot | undefined;
  return {
    load: () => kept,
    save: async (head, parts) => {
      const own: Uint8Array[] = [];
      for await (const part of parts) own.push(Uint8Array.from(part));
      kept = { ...head, parts: own };
    },
  };
};
