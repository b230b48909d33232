import { expect } from '@jest/globals';
import type { SnapshotStore } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';

export type SnapshotStoreContract = {
  readonly name: string;
  /** An empty store. */
  readonly create: () => SnapshotStore;
  readonly skip?: readonly Skip[];
};

const snapshot = (index: number, size: number) => ({
  index,
  foldId: 'order@3 stock@1',
  bytes: Uint8Array.from({ length: size }, (_, at) => (at * 7 + index) % 256),
});

/** What every snapshot store promises. */
export const snapshotStoreContract = ({ name, create, skip = [] }: SnapshotStoreContract): void =>
  contractCases(`${name} keeps the snapshot store's contract`, skip, {
    'has none at first': () => {
      expect(create().load()).toBeUndefined();
    },
    'gives back what was saved last': () => {
      const store = create();
      store.save(snapshot(5, 100));
      store.save(snapshot(2 ** 40, 100_000));
      expect(store.load()).toEqual(snapshot(2 ** 40, 100_000));
    },
    'keeps its own copy of the bytes': () => {
      const store = create();
      const saved = snapshot(1, 10);
      store.save(saved);
      saved.bytes.fill(0);
      expect(store.load()).toEqual(snapshot(1, 10));
    },
    'keeps an empty state': () => {
      const store = create();
      store.save({ index: 0, foldId: '', bytes: new Uint8Array(0) });
      expect(store.load()).toEqual({ index: 0, foldId: '', bytes: new Uint8Array(0) });
    },
  });
