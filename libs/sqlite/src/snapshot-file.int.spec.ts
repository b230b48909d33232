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
  const aSnapshot = { index: 7, foldId: 'order@1', bytes: new Uint8Array(1000).fill(5) };

  it('is found by the next owner, and leaves no draft behind', () => {
    const folder = aFolder();
    snapshotFile(folder).save(aSnapshot);
    expect(snapshotFile(folder).load()).toEqual(aSnapshot);
    expect(readdirSync(folder)).toEqual(['snapshot.bin']);
  });

  it.each([0, 3, 40, 500, 1080])('counts as none when it was cut to %i bytes', (size) => {
    const folder = aFolder();
    snapshotFile(folder).save(aSnapshot);
    const file = join(folder, 'snapshot.bin');
    writeFileSync(file, readFileSync(file).subarray(0, size));
    expect(snapshotFile(folder).load()).toBeUndefined();
  });

  it('counts as none when a bit was flipped anywhere', () => {
    const folder = aFolder();
    snapshotFile(folder).save(aSnapshot);
    const file = join(folder, 'snapshot.bin');
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 37) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      writeFileSync(file, flipped);
      expect(snapshotFile(folder).load()).toBeUndefined();
    }
  });
});
