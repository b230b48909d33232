import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aGroup } from '@orderloom/testing';
import { openLog } from './event-log.ts';
import { salvage } from './salvage.ts';

const folders: string[] = [];
const PLACED = { name: 'OrderPlaced', fingerprint: 'ab'.repeat(32), json: '{"type":"record"}' };

/** Groups of one event whose frames are large enough to run over several pages. */
const framesOf = (first: number): Uint8Array => new Uint8Array(first % 5 === 0 ? 20_000 : 700).fill(first);

const aLog = (groups: number): { folder: string; file: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-salvage-'));
  folders.push(folder);
  const log = openLog(folder, { schemas: [PLACED] });
  for (let first = 1; first <= groups; first++) log.append(aGroup(first, 1, { frames: framesOf(first) }));
  log.close();
  return { folder, file: join(folder, 'log.db') };
};

const firstsOf = (folder: string) => salvage(folder).groups.map(({ first }) => first);

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('salvage', () => {
  it('gives everything of a log that is whole', () => {
    const { folder } = aLog(100);
    const { groups, schemas } = salvage(folder);
    expect(schemas).toEqual([{ id: 1, ...PLACED }]);
    expect(groups.map(({ first, count, proven }) => ({ first, count, proven }))).toEqual(
      Array.from({ length: 100 }, (_, at) => ({ first: at + 1, count: 1, proven: true })),
    );
    for (const { first, frames } of groups) expect(Buffer.from(frames).equals(framesOf(first))).toBe(true);
  });

  it('leaves out the group with a flipped bit, and it alone', () => {
    const { folder, file } = aLog(60);
    const bytes = readFileSync(file);
    const at = bytes.indexOf(Buffer.from(framesOf(33))) + 100;
    bytes[at] = 0;
    writeFileSync(file, bytes);
    expect(firstsOf(folder)).toEqual([...Array(60).keys()].map((n) => n + 1).filter((n) => n !== 33));
  });

  it('needs neither the head of the file nor a page that is gone', () => {
    const { folder, file } = aLog(200);
    const bytes = readFileSync(file);
    bytes.fill(0, 0, 4096);
    const lost = Math.floor(bytes.indexOf(Buffer.from(framesOf(77))) / 4096);
    bytes.fill(0, lost * 4096, (lost + 1) * 4096);
    writeFileSync(file, bytes);
    const { groups } = salvage(folder);
    const firsts = groups.map(({ first }) => first);
    expect(firsts.length).toBeGreaterThan(185);
    expect(firsts).not.toContain(77);
    expect(groups.filter(({ proven }) => !proven).length).toBeLessThan(3);
    for (const { first, frames } of groups) expect(Buffer.from(frames).equals(framesOf(first))).toBe(true);
  });

  it('gives what stands before the cut of a file', () => {
    const { folder, file } = aLog(100);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
    const firsts = firstsOf(folder);
    expect(firsts.length).toBeGreaterThan(30);
    expect(firsts.slice(0, 30)).toEqual([...Array(30).keys()].map((n) => n + 1));
  });

  it('reads groups that are still in the WAL', () => {
    const { folder, file } = aLog(3);
    const log = openLog(folder, { schemas: [] });
    log.append(aGroup(4, 1, { frames: framesOf(4) }));
    const wal = readFileSync(`${file}-wal`);
    log.close();
    writeFileSync(`${file}-wal`, wal);
    expect(firstsOf(folder)).toEqual([1, 2, 3, 4]);
  });

  it('refuses beside a living engine, and where there is no log', () => {
    const { folder } = aLog(1);
    const log = openLog(folder, { schemas: [] });
    expect(() => salvage(folder)).toThrow(expect.objectContaining({ code: 'folder-in-use' }));
    log.close();
    expect(() => salvage(tmpdir())).toThrow(expect.objectContaining({ code: 'log-missing' }));
  });
});
