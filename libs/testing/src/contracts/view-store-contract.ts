import { afterEach, describe, expect } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import type { DocumentWrite, ParkedEvent, ViewBatch, ViewReader } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';
import { viewQueueCases } from './view-queue-cases.ts';
import { viewSearchCases } from './view-search-cases.ts';
import { viewSumCases } from './view-sum-cases.ts';
import type { ViewStorePlace } from './view-store-place.ts';

export type ViewStoreContract = {
  readonly name: string;
  /** An empty store. */
  readonly create: () => ViewStorePlace | Promise<ViewStorePlace>;
  readonly skip?: readonly Skip[];
};

const anOrder = (id: string, version: number, more: Partial<DocumentWrite> = {}): DocumentWrite => ({
  view: 'order',
  id,
  version,
  document: { id, version },
  lists: ['main/all:'],
  sortKey: id,
  ...more,
});

const batch = (index: number, more: Partial<ViewBatch> = {}): ViewBatch => ({
  writes: [],
  removals: [],
  chunks: [],
  parked: [],
  checkpoint: { index, sequences: new Float64Array(SLOTS).fill(index) },
  ...more,
});

/** A frame as the store sees one: its length and then bytes that it does not understand. */
const frame = (version: number, size = 5): Uint8Array => {
  const bytes = new Uint8Array(4 + size).fill(version, 4);
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
};

const chunk = (streamId: string, firstVersion: number, count: number) => {
  const frames = Array.from({ length: count }, (_, at) => frame(firstVersion + at, 3 + at));
  return { streamId, firstVersion, count, frames: Uint8Array.from(frames.flatMap((one) => [...one])) };
};

const parkedEvent = (handler: string): ParkedEvent => ({
  handler,
  streamId: 'main/order/o-1',
  version: 4,
  reason: 'no such line',
  recordedAt: 1_700_000_000_000,
});

/** What every view store promises, both sides of it. */
export const viewStoreContract = ({ name, create, skip = [] }: ViewStoreContract): void => {
  const places: ViewStorePlace[] = [];
  const open = async (): Promise<ViewStorePlace> => {
    const made = await create();
    places.push(made);
    const commit = async (written: ViewBatch): Promise<void> => {
      await made.store.commit(written);
      await made.shown?.();
    };
    return { ...made, store: { ...made.store, commit } };
  };
  const idsOf = async (reader: ViewReader, list: string, before: string | null = null, limit = 200) => {
    const page = await reader.list('order', list, before, limit);
    return page.documents.map(({ id }) => id);
  };

  describe(`${name} keeps the view store's contract`, () => {
    afterEach(async () => {
      for (const made of places.splice(0)) await made.dispose();
    });

    contractCases('documents', skip, {
      'is at the beginning at first': async () => {
        const { store, reader } = await open();
        expect(await store.checkpoint()).toEqual({ index: 0, sequences: new Float64Array(SLOTS) });
        expect(await reader.asOf()).toBe(0);
        expect(await reader.get('order', 'o-1')).toBeUndefined();
      },
      'keeps documents and their checkpoint': async () => {
        const { store, reader } = await open();
        await store.commit(batch(3, { writes: [anOrder('o-1', 2), anOrder('o-2', 1)] }));
        const expected = { id: 'o-1', version: 2, document: { id: 'o-1', version: 2 } };
        expect(await reader.get('order', 'o-1')).toEqual(expected);
        expect(await reader.get('stock', 'o-1')).toBeUndefined();
        expect(await reader.asOf()).toBe(3);
        expect(await store.checkpoint()).toEqual(batch(3).checkpoint);
        const loaded = await store.load('order', ['o-1', 'o-9']);
        expect([...loaded]).toEqual([['o-1', expected]]);
      },
      'puts a newer document over an older one, never the other way round': async () => {
        const { store, reader } = await open();
        await store.commit(batch(1, { writes: [anOrder('o-1', 1)] }));
        await store.commit(batch(2, { writes: [anOrder('o-1', 3, { lists: ['main/open:'] })] }));
        await store.commit(batch(3, { writes: [anOrder('o-1', 2)] }));
        expect((await reader.get('order', 'o-1'))?.version).toBe(3);
        expect(await idsOf(reader, 'main/all:')).toEqual([]);
        expect(await idsOf(reader, 'main/open:')).toEqual(['o-1']);
      },
      'writes a document of the same version again, as a repair does': async () => {
        const { store, reader } = await open();
        await store.commit(batch(1, { writes: [anOrder('o-1', 1, { document: 'broken' })] }));
        await store.commit(batch(1, { writes: [anOrder('o-1', 1, { document: 'mended' })] }));
        expect((await reader.get('order', 'o-1'))?.document).toBe('mended');
      },
      'keeps its checkpoint where a document of the batch cannot be made, and takes the batch again':
        async () => {
          const { store, reader } = await open();
          await store.commit(batch(1, { writes: [anOrder('o-1', 1)] }));
          const writes = function* () {
            yield anOrder('o-1', 2);
            throw new RangeError('a projection failed');
          };
          await expect(store.commit(batch(2, { writes: writes() }))).rejects.toThrow('a projection failed');
          expect(await store.checkpoint()).toEqual(batch(1).checkpoint);
          await store.commit(batch(2, { writes: [anOrder('o-1', 2)] }));
          expect((await reader.get('order', 'o-1'))?.version).toBe(2);
          expect(await reader.asOf()).toBe(2);
        },
      'removes a document from everywhere': async () => {
        const { store, reader } = await open();
        await store.commit(batch(1, { writes: [anOrder('o-1', 1), anOrder('o-2', 1)] }));
        await store.commit(batch(2, { removals: [{ view: 'order', id: 'o-1', version: 1 }] }));
        expect(await reader.get('order', 'o-1')).toBeUndefined();
        expect(await idsOf(reader, 'main/all:')).toEqual(['o-2']);
        await store.commit(batch(3, { writes: [anOrder('o-1', 1)] }));
        expect(await idsOf(reader, 'main/all:')).toEqual(['o-2', 'o-1']);
      },
    });

    contractCases('lists', skip, {
      'are newest first and follow their documents': async () => {
        const { store, reader } = await open();
        const paid = (id: string) => anOrder(id, 1, { lists: ['main/all:', 'main/status:paid'] });
        await store.commit(batch(1, { writes: [paid('o-1'), paid('o-3'), paid('o-2')] }));
        expect(await idsOf(reader, 'main/status:paid')).toEqual(['o-3', 'o-2', 'o-1']);
        const shipped = anOrder('o-3', 2, { lists: ['main/all:', 'main/status:shipped'] });
        await store.commit(batch(2, { writes: [shipped] }));
        expect(await idsOf(reader, 'main/status:paid')).toEqual(['o-2', 'o-1']);
        expect(await idsOf(reader, 'main/status:shipped')).toEqual(['o-3']);
        expect(await idsOf(reader, 'main/all:')).toEqual(['o-3', 'o-2', 'o-1']);
        expect(await idsOf(reader, 'other/all:')).toEqual([]);
      },
      'move a document whose sort key changes': async () => {
        const { store, reader } = await open();
        await store.commit(batch(1, { writes: [anOrder('o-1', 1), anOrder('o-2', 1)] }));
        await store.commit(batch(2, { writes: [anOrder('o-1', 2, { sortKey: 'o-9' })] }));
        expect(await idsOf(reader, 'main/all:')).toEqual(['o-1', 'o-2']);
      },
      'are read page by page, documents of one sort key included': async () => {
        const { store, reader } = await open();
        const writes = Array.from({ length: 7 }, (_, at) =>
          anOrder(`o-${at}`, 1, { sortKey: at < 4 ? 'same' : `t-${at}` }),
        );
        await store.commit(batch(1, { writes }));
        const seen: string[] = [];
        for (let before: string | null = null, pages = 0; pages === 0 || before !== null; pages++) {
          const page = await reader.list('order', 'main/all:', before, 3);
          expect(page.documents.length).toBeLessThanOrEqual(3);
          seen.push(...page.documents.map(({ id }) => id));
          before = page.next;
        }
        expect(seen).toEqual(['o-6', 'o-5', 'o-4', 'o-3', 'o-2', 'o-1', 'o-0']);
      },
      'go on behind a sort key': async () => {
        const { store, reader } = await open();
        await store.commit(batch(1, { writes: ['a', 'b', 'c'].map((id) => anOrder(id, 1)) }));
        expect(await idsOf(reader, 'main/all:', 'b')).toEqual(['a']);
        expect(await idsOf(reader, 'main/all:', 'zz', 2)).toEqual(['c', 'b']);
      },
      'never give more than 200 documents a page': async () => {
        const { store, reader } = await open();
        const writes = Array.from({ length: 205 }, (_, at) => anOrder(`o-${at}`, 1));
        await store.commit(batch(1, { writes }));
        expect(await idsOf(reader, 'main/all:', null, 1000)).toHaveLength(200);
      },
    });

    viewSearchCases({ open, batch, skip });
    viewQueueCases({ open, batch, skip });

    viewSumCases({ open, batch, skip });

    contractCases('streams', skip, {
      'come back frame by frame, across windows': async () => {
        const { store, reader } = await open();
        await store.commit(
          batch(3, { chunks: [chunk('main/order/o-1', 1, 3), chunk('main/order/o-2', 1, 1)] }),
        );
        await store.commit(batch(5, { chunks: [chunk('main/order/o-1', 4, 2)] }));
        const versions = async (after: number, limit: number) =>
          (await reader.readStream('main/order/o-1', after, limit)).map((bytes) => bytes[4]);
        expect(await versions(0, 100)).toEqual([1, 2, 3, 4, 5]);
        expect(await versions(1, 3)).toEqual([2, 3, 4]);
        expect(await versions(3, 1)).toEqual([4]);
        expect(await versions(5, 10)).toEqual([]);
        expect(await reader.readStream('main/order/o-9', 0, 10)).toEqual([]);
        expect((await store.readStream('main/order/o-1', 1, 3)).map((bytes) => bytes[4])).toEqual([2, 3, 4]);
      },
    });

    contractCases('parked events', skip, {
      'are kept, oldest first': async () => {
        const { store, reader } = await open();
        await store.commit(batch(1, { parked: [parkedEvent('order'), parkedEvent('buyer')] }));
        await store.commit(batch(2, { parked: [parkedEvent('stock')] }));
        const expected = ['order', 'buyer', 'stock'].map(parkedEvent);
        expect(await store.parked()).toEqual(expected);
        expect(await reader.parked()).toEqual(expected);
      },
    });
  });
};
