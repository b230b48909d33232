import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { snapshotStoreContract } from '@orderloom/testing';
import { snapshotFile } from './snapshot-file.ts';

const folders: string[] = [];
const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-snapshot-'));
  folders.push(folder);
  return folder;
};

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

snapshotStoreContract({ name: 'snapshot.bin', create: () => snapshotFile(aFolder()) });

describe('snapshot.bin', () => {
  const HEAD = { index: 7, foldId: 'order@1' };
  const PARTS = [new Uint8Array(900).fill(5), new Uint8Array(100).fill(6)];
  const saved = async (): Promise<string> => {
    const folder = aFolder();
    await snapshotFile(folder).save(HEAD, PARTS);
    return folder;
  };

  it('is found by the next owner, and leaves no draft behind', async () => {
    const folder = await saved();
    expect(snapshotFile(folder).load()).toMatchObject(HEAD);
    expect(readdirSync(folder)).toEqual(['snapshot.bin']);
  });

  it('leaves no draft behind where it was given up', async () => {
    const folder = await saved();
    const givenUp = function* () {
      yield* PARTS;
      throw new Error('given up');
    };
    await expect(snapshotFile(folder).save(HEAD, givenUp())).rejects.toThrow('given up');
    expect(readdirSync(folder)).toEqual(['snapshot.bin']);
  });

  it('is not held up by a draft that a killed owner left behind', async () => {
    const folder = await saved();
    writeFileSync(join(folder, 'snapshot.bin.new'), new Uint8Array(5000));
    expect(snapshotFile(folder).load()).toMatchObject(HEAD);
    await snapshotFile(folder).save({ ...HEAD, index: 8 }, PARTS);
    expect(snapshotFile(folder).load()).toMatchObject({ index: 8 });
  });

  it.each([0, 3, 40, 500, 1080])('counts as none when it was cut to %i bytes', async (size) => {
    const folder = await saved();
    const file = join(folder, 'snapshot.bin');
    writeFileSync(file, readFileSync(file).subarray(0, size));
    expect(snapshotFile(folder).load()).toBeUndefined();
  });

  it('counts as none when a bit was flipped anywhere', async () => {
    const folder = await saved();
    const file = join(folder, 'snapshot.bin');
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 37) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      writeFileSync(file, flipped);
      expect(snapshotFile(folder).load()).toBeUndefined();
    }
  });

  it('counts as none in the form of 0.1.0, which was one piece', async () => {
    const folder = aFolder();
    const head = Buffer.from(JSON.stringify({ magic: 'orderloom snapshot 1', ...HEAD }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    const whole = Buffer.concat([length, head, Buffer.alloc(1000, 5)]);
    const digest = createHash('sha256').update(whole).digest();
    writeFileSync(join(folder, 'snapshot.bin'), Buffer.concat([whole, digest]));
    expect(snapshotFile(folder).load()).toBeUndefined();
  });
});
