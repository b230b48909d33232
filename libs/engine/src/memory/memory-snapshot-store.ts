import type { Snapshot, SnapshotStore } from '../ports/snapshot-store.ts';

/** Keeps the last snapshot in memory. */
export const memorySnapshotStore = (): SnapshotStore => {
  let kept: Snapshot | undefined;
  return {
    load: () => kept,
    save: (snapshot) => {
      kept = { ...snapshot, bytes: Uint8Array.from(snapshot.bytes) };
    },
  };
};
