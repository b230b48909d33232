import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lockFolder, prepareFolder, readEngineFile, removeEngineFile, writeEngineFile } from './folder.ts';

const folders: string[] = [];
const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-folder-'));
  folders.push(folder);
  return folder;
};
const modeOf = (path: string): number => statSync(path).mode & 0o777;

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('a data folder', () => {
  it('is made where it is missing, for its owner alone', () => {
    const folder = join(aFolder(), 'a', 'b');
    prepareFolder(folder);
    expect(modeOf(folder)).toBe(0o700);
  });

  it('has one owner at a time, who is named', () => {
    const folder = aFolder();
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(/belongs to another process/);
    writeEngineFile(folder, { pid: 4711, url: 'http://127.0.0.1:8080' });
    expect(() => lockFolder(folder)).toThrow(/belongs to process 4711 at http:\/\/127.0.0.1:8080/);
    lock.release();
    lockFolder(folder).release();
  });
});

describe('engine.json', () => {
  it('is written for its owner alone, read back and removed', () => {
    const folder = aFolder();
    expect(readEngineFile(folder)).toBeUndefined();
    writeEngineFile(folder, { pid: 1, url: null });
    writeEngineFile(folder, { pid: 2, url: 'http://127.0.0.1:1' });
    expect(readEngineFile(folder)).toEqual({ pid: 2, url: 'http://127.0.0.1:1' });
    expect(modeOf(join(folder, 'engine.json'))).toBe(0o600);
    removeEngineFile(folder);
    removeEngineFile(folder);
    expect(readEngineFile(folder)).toBeUndefined();
  });
});
