// The archive on disk: the contract, in one segment and in many; what a kill leaves behind at any byte; damage of any kind.
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { jsonCodec, type ArchivedStream, type ArchiveStore, type StoredGroup } from '@orderloom/engine';
import { archiveStoreContract, bankHistory } from '@orderloom/testing';
import fc from 'fast-check';
import { openArchive } from './open-archive.ts';
import { readArchive } from './read-archive.ts';

// Every append syncs three times, and the disk may be shared.
jest.setTimeout(90_000);

const folders: string[] = [];
const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-archive-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const open = (folder: string, segmentBytes?: number): Promise<ArchiveStore> =>
  openArchive({
    ...{ folder, partition: 3, codec: jsonCodec() },
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });

for (const [name, segmentBytes] of [
  ['the archive on disk', undefined],
  ['the archive on disk, a segment an append,', 1],
  ['the archive on disk, some appends a segment,', 6000],
] as const)
  archiveStoreContract({
    name,
    create: () => {
      const folder = aFolder();
      return { open: () => open(folder, segmentBytes) };
    },
  });

const { groups, accounts } = bankHistory({ accounts: 4, deposits: 6 });
const SCHEMAS = [{ id: 1, name: 'json', fingerprint: '00', json: '{}' }];
const account = `main/account/${accounts[0]!}`;
const rested = (version: number): ArchivedStream => ({
  ...{ streamId: account, version, recordedAt: 5, view: 'account', foldId: 'a' },
  document: { version, text: 'é' },
});
const batchOf = (from: number, to: number) => ({
  schemas: SCHEMAS,
  groups: groups.slice(from, to),
  archived: [rested(from + 1)],
});
const plain = (read: Iterable<StoredGroup>) =>
  Array.from(read, (group) => ({ ...group, frames: Uint8Array.from(group.frames) }));
const segments = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.segment'));
/** Everything that can be read, so that whatever is damaged is met. */
const readAll = (folder: string) => {
  const reader = readArchive(folder, jsonCodec());
  return { groups: plain(reader.read(0)), found: reader.find(account) };
};
const filled = async (segmentBytes: number): Promise<string> => {
  const folder = aFolder();
  const store = await open(folder, segmentBytes);
  for (let at = 0; at < groups.length; at += 5) {
    const only = at === 0 ? [{ ...rested(1), streamId: 'main/account/only' }] : [];
    const batch = batchOf(at, at + 5);
    await store.append({ ...batch, archived: [...batch.archived, ...only] });
  }
  await store.close();
  return folder;
};

describe('an append that a kill cut short', () => {
  /** A folder before and after one more append. */
  const beforeAndAfter = async (segmentBytes: number, head: number) => {
    const [before, after] = [aFolder(), aFolder()];
    const store = await open(before, segmentBytes);
    await store.append(batchOf(0, head));
    await store.close();
    cpSync(before, after, { recursive: true });
    const next = await open(after, segmentBytes);
    await next.append(batchOf(head, groups.length));
    await next.close();
    return { before, after };
  };
  /** The folder `before`, with the first bytes of what the append has written; the manifest's draft among it. */
  const torn = (before: string, after: string, surviving: number): void => {
    copyFileSync(join(after, 'manifest.json'), join(before, 'manifest.json.new'));
    for (const name of segments(after)) {
      const written = readFileSync(join(after, name));
      const kept = segments(before).includes(name) ? statSync(join(before, name)).size : 0;
      writeFileSync(
        join(before, name),
        written.subarray(0, kept + Math.floor((written.length - kept) * surviving)),
      );
    }
    truncateSync(
      join(before, 'manifest.json.new'),
      Math.floor(statSync(join(before, 'manifest.json.new')).size * surviving),
    );
  };

  it('never was, wherever it stopped, and the next one follows without a gap or a repeat', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 3000, 10_000_000),
        fc.integer({ min: 1, max: groups.length - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (segmentBytes, head, surviving) => {
          const { before, after } = await beforeAndAfter(segmentBytes, head);
          torn(before, after, surviving);
          expect(readAll(before).groups).toEqual(groups.slice(0, head));
          const store = await open(before, segmentBytes);
          expect(store.head()).toBe(head);
          await store.append(batchOf(head, groups.length));
          await store.close();
          expect(readAll(before)).toEqual(readAll(after));
          expect(readAll(before).groups).toEqual(groups);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('would be noticed if the manifest had named it first (null control)', async () => {
    const { before, after } = await beforeAndAfter(10_000_000, 10);
    copyFileSync(join(after, 'manifest.json'), join(before, 'manifest.json'));
    await expect(open(before)).rejects.toMatchObject({ code: 'archive-corrupt' });
    expect(() => readAll(before)).toThrow(/0000000000000001\.segment: it is cut off: \d+ of \d+ bytes/);
  });

  it('leaves nothing in the way of a first segment that was begun and never named', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, '0000000000000001.segment'), 'olarchv1 and then the power went');
    const store = await open(folder);
    await store.append(batchOf(0, groups.length));
    await store.close();
    expect(readAll(folder).groups).toEqual(groups);
  });
});

describe('an archive on disk', () => {
  it('refuses events that do not follow its last one, and is not harmed by them', async () => {
    const folder = aFolder();
    const store = await open(folder);
    await store.append(batchOf(0, 5));
    await expect(store.append(batchOf(6, 7))).rejects.toThrow(RangeError);
    await store.append(batchOf(5, groups.length));
    await store.close();
    expect(readAll(folder).groups).toEqual(groups);
  });

  it('is read beside its writer, as far as its manifest says', async () => {
    const folder = aFolder();
    const store = await open(folder, 3000);
    await store.append(batchOf(0, 5));
    const reader = readArchive(folder, jsonCodec());
    await store.append(batchOf(5, groups.length));
    expect(plain(reader.read(0))).toEqual(groups.slice(0, 5));
    expect(plain(readArchive(folder, jsonCodec()).read(0))).toEqual(groups);
    await store.close();
  });

  it('is not another partition’s', async () => {
    const folder = await filled(3000);
    await expect(openArchive({ folder, partition: 4, codec: jsonCodec() })).rejects.toMatchObject({
      code: 'archive-corrupt',
    });
  });

  it('does not begin anew where its manifest was lost', async () => {
    const folder = await filled(3000);
    rmSync(join(folder, 'manifest.json'));
    await expect(open(folder)).rejects.toThrow(/their manifest is missing/);
    expect(() => readArchive(folder, jsonCodec())).toThrow(
      expect.objectContaining({ code: 'archive-missing' }),
    );
  });
});

describe('a damaged archive', () => {
  const corrupt = expect.objectContaining({ code: 'archive-corrupt', retryable: false });

  it('is noticed wherever one bit is another', async () => {
    const intact = await filled(3000);
    const files = [...segments(intact), 'manifest.json'];
    expect(files.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(7), (name, position, bit) => {
        const folder = aFolder();
        cpSync(intact, folder, { recursive: true });
        const bytes = readFileSync(join(folder, name));
        bytes[position % bytes.length]! ^= 1 << bit;
        writeFileSync(join(folder, name), bytes);
        expect(() => readAll(folder)).toThrow(corrupt);
        expect(() => readAll(folder)).toThrow(name);
      }),
      { numRuns: 200 },
    );
  });

  it('is noticed wherever a file was cut off', async () => {
    const intact = await filled(3000);
    const files = [...segments(intact), 'manifest.json'];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (name, share) => {
          const folder = aFolder();
          cpSync(intact, folder, { recursive: true });
          truncateSync(join(folder, name), Math.floor(statSync(join(folder, name)).size * share));
          expect(() => readAll(folder)).toThrow(corrupt);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is noticed by whoever looks for a stream: for one that rested, and for one that is not there', async () => {
    const folder = await filled(3000);
    const [first] = segments(folder);
    const intact = readFileSync(join(folder, first!));
    const looking = (position: number, streamId: string) => {
      const bytes = Buffer.from(intact);
      bytes[position]! ^= 1;
      writeFileSync(join(folder, first!), bytes);
      return () => readArchive(folder, jsonCodec()).find(streamId);
    };
    const rest = intact.lastIndexOf('main/account/only');
    expect(readArchive(folder, jsonCodec()).find('main/account/nobody')).toEqual([]);
    expect(looking(intact.length - 20, 'main/account/nobody')).toThrow(corrupt);
    expect(looking(rest, 'main/account/only')).toThrow(new RegExp(`${first!}, byte \\d+: the record there`));
  });

  it('is noticed where a segment is missing, or stands in the place of another', async () => {
    const intact = await filled(3000);
    const [first, second] = segments(intact);
    const missing = aFolder();
    cpSync(intact, missing, { recursive: true });
    rmSync(join(missing, second!));
    expect(() => readAll(missing)).toThrow(/it is missing/);
    copyFileSync(join(intact, first!), join(intact, second!));
    expect(() => readAll(intact)).toThrow(corrupt);
  });

  it('is not noticed behind what the manifest says (null control of the two above)', async () => {
    const folder = await filled(10_000_000);
    appendFileSync(join(folder, segments(folder)[0]!), 'what an append has left');
    expect(readAll(folder).groups).toEqual(groups);
  });
});
