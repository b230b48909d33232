import { expect } from '@jest/globals';
import type { SnapshotStore } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';

export type SnapshotStoreContract = {
  readonly name: string;
  /** An empty store. */
  readonly create: () => SnapshotStore;
  readonly skip?: readonly Skip[];
};

const bytes = (size: number, seed: number) =>
  Uint8Array.from({ length: size }, (_, at) => (at * 7 + seed) % 256);

const HEAD = { index: 2 ** 40, foldId: 'order@3 stock@1' };
const PARTS = [bytes(100_000, 1), bytes(0, 0), bytes(33, 2)];

/** What the store gives back, with plain bytes. */
const loaded = (store: SnapshotStore) => {
  const snapshot = store.load();
  return snapshot && { ...snapshot, parts: [...snapshot.parts].map((part) => Uint8Array.from(part)) };
};

const slowly = async function* (parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await new Promise((resolve) => setImmediate(resolve));
    yield part;
  }
};

/** What every snapshot store promises. */
export const snapshotStoreContract = ({ name, create, skip = [] }: SnapshotStoreContract): void =>
  contractCases(`${name} keeps the snapshot store's contract`, skip, {
    'has none at first': () => {
      expect(create().load()).toBeUndefined();
    },
    'gives back what was saved last, part by part': async () => {
      const store = create();
      await store.save({ index: 5, foldId: 'order@2' }, [bytes(10, 3)]);
      await store.save(HEAD, PARTS);
      expect(loaded(store)).toEqual({ ...HEAD, parts: PARTS });
    },
    'keeps its own copy of the bytes': async () => {
      const store = create();
      const part = bytes(10, 3);
      await store.save(HEAD, [part]);
      part.fill(0);
      expect(loaded(store)).toEqual({ ...HEAD, parts: [bytes(10, 3)] });
    },
    'keeps an empty state': async () => {
      const store = create();
      await store.save({ index: 0, foldId: '' }, []);
      expect(loaded(store)).toEqual({ index: 0, foldId: '', parts: [] });
    },
    'has the one before until the last part has come': async () => {
      const store = create();
      await store.save({ index: 5, foldId: 'order@2' }, [bytes(10, 3)]);
      const saving = store.save(HEAD, slowly(PARTS));
      expect(loaded(store)?.index).toBe(5);
      await saving;
      expect(loaded(store)).toEqual({ ...HEAD, parts: PARTS });
    },
    'has the one before where the parts come to no end': async () => {
      const store = create();
      await store.save({ index: 5, foldId: 'order@2' }, [bytes(10, 3)]);
      const broken = async function* () {
        yield* slowly(PARTS);
        throw new Error('given up');
      };
      await expect(store.save(HEAD, broken())).rejects.toThrow('given up');
      expect(loaded(store)).toEqual({ index: 5, foldId: 'order@2', parts: [bytes(10, 3)] });
    },
  });
