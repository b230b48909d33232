import { expect } from '@jest/globals';
import { streamIdOf } from '@orderloom/decider';
import {
  jsonCodec,
  splitFrames,
  type ArchivedStream,
  type ArchiveStore,
  type StoredGroup,
  type WriterSchema,
} from '@orderloom/engine';
import { bankHistory } from '../example/bank-history.ts';
import { contractCases, type Skip } from './contract-cases.ts';

/** A place for an archive: opened again, it goes on where its last owner stopped. */
export type ArchiveStorePlace = { readonly open: () => ArchiveStore | Promise<ArchiveStore> };

export type ArchiveStoreContract = {
  readonly name: string;
  /** An empty place. Frames are those of `jsonCodec`. */
  readonly create: () => ArchiveStorePlace;
  readonly skip?: readonly Skip[];
};

const history = bankHistory({ accounts: 5, deposits: 8 });
const { groups } = history;
const codec = jsonCodec();
const SCHEMAS: readonly WriterSchema[] = codec.schemas().map((schema, at) => ({ ...schema, id: at + 1 }));
const account = (at: number): string => `main/account/${history.accounts[at] ?? ''}`;

const rested = (streamId: string, version: number, view = 'account'): ArchivedStream => ({
  ...{ streamId, version, view, foldId: 'account-view-1', recordedAt: 1000 + version },
  document: { owner: 'ann', version, nothing: null },
});

/** With plain bytes, whatever they are cut from. */
const plain = (read: Iterable<StoredGroup>) =>
  Array.from(read, (group) => ({ ...group, frames: Uint8Array.from(group.frames) }));
const framesOf = (streamId: string) =>
  groups
    .flatMap(({ frames }) => splitFrames(frames))
    .filter((frame) => streamIdOf(codec.cut(Buffer.from(frame), 0).stream) === streamId)
    .map((frame) => Uint8Array.from(frame));

const add = (store: ArchiveStore, from: number, to: number, archived: readonly ArchivedStream[] = []) =>
  store.append({ schemas: SCHEMAS, groups: groups.slice(from, to), archived });

/** What every archive promises. */
export const archiveStoreContract = ({ name, create, skip = [] }: ArchiveStoreContract): void =>
  contractCases(`${name} keeps the archive's contract`, skip, {
    'is empty at first': async () => {
      const store = await create().open();
      expect(store.head()).toBe(0);
      expect(plain(store.read(0))).toEqual([]);
      expect(store.readStream(account(0))).toEqual([]);
      expect(store.find(account(0))).toEqual([]);
      await store.close();
    },
    'gives back every group in order, and those behind any event': async () => {
      const store = await create().open();
      await add(store, 0, 3);
      await add(store, 3, groups.length);
      expect(store.head()).toBe(groups.length);
      expect(plain(store.read(0))).toEqual(groups);
      expect(plain(store.read(5))).toEqual(groups.slice(5));
      expect(plain(store.read(groups.length))).toEqual([]);
      await store.close();
    },
    'says which slots have come in front of a group, and of no other': async () => {
      const place = create();
      const store = await place.open();
      const opened = [{ slot: 7, afterSequence: 3, from: 1, fromIndex: 12 }];
      const moved = groups.slice(0, 3).map((group, at) => (at === 1 ? { ...group, opened } : group));
      await store.append({ schemas: SCHEMAS, groups: moved, archived: [] });
      expect(plain(store.read(0))).toEqual(moved);
      await store.close();
      const again = await place.open();
      expect(plain(again.read(1))).toEqual(moved.slice(1));
      expect(again.readStream(account(0)).map((frame) => Uint8Array.from(frame))).toEqual(
        framesOf(account(0)).slice(0, again.readStream(account(0)).length),
      );
      await again.close();
    },
    'keeps its own copy of the bytes': async () => {
      const store = await create().open();
      const own = plain(groups.slice(0, 1));
      await store.append({ schemas: SCHEMAS, groups: own, archived: [] });
      for (const { frames } of own) frames.fill(0);
      expect(plain(store.read(0))).toEqual(groups.slice(0, 1));
      await store.close();
    },
    'gives back every frame of a stream, and none of a stream that it does not know': async () => {
      const store = await create().open();
      for (let at = 0; at < groups.length; at += 4) await add(store, at, at + 4);
      for (const at of history.accounts.keys())
        expect(store.readStream(account(at)).map((frame) => Uint8Array.from(frame))).toEqual(
          framesOf(account(at)),
        );
      expect(store.readStream('main/account/nobody')).toEqual([]);
      await store.close();
    },
    'shows a stream as it rested last, in each of its views': async () => {
      const store = await create().open();
      await add(store, 0, 4, [rested(account(0), 1), rested(account(1), 1)]);
      await add(store, 4, 12, [rested(account(0), 2), rested(account(0), 2, 'other')]);
      await add(store, 12, groups.length);
      expect(store.find(account(0))).toEqual([rested(account(0), 2), rested(account(0), 2, 'other')]);
      expect(store.find(account(1))).toEqual([rested(account(1), 1)]);
      expect(store.find(account(2))).toEqual([]);
      await store.close();
    },
    'goes on where its last owner stopped': async () => {
      const place = create();
      for (let at = 0; at < groups.length; at += 7) {
        const store = await place.open();
        expect(store.head()).toBe(at);
        await add(store, at, at + 7, [rested(account(0), at + 1)]);
        await store.close();
      }
      const store = await place.open();
      expect(plain(store.read(0))).toEqual(groups);
      expect(store.schemas()).toEqual(SCHEMAS);
      expect(store.find(account(0))).toHaveLength(1);
      await store.close();
    },
    'keeps every schema that it was given, under its number': async () => {
      const place = create();
      const second = { id: 2, name: 'later', fingerprint: '01', json: '{}' };
      const store = await place.open();
      await add(store, 0, 2);
      await store.append({ schemas: [...SCHEMAS, second], groups: groups.slice(2, 4), archived: [] });
      await store.close();
      const again = await place.open();
      expect(again.schemas()).toEqual([...SCHEMAS, second]);
      await again.close();
    },
    'takes nothing when it is closed': async () => {
      const store = await create().open();
      await store.close();
      await expect(add(store, 0, 1)).rejects.toMatchObject({ code: 'archive-unavailable', retryable: true });
    },
  });
