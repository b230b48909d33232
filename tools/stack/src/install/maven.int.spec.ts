// A download that breaks off is never taken for a whole one. The Maven here is a script that fails as told.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { mavenFolder, mavenObstacle, type MavenPackage } from './maven.ts';
import { java } from './programs.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const parcel: MavenPackage = {
  name: 'parcel',
  version: '1',
  artifacts: ['a:parcel:1'],
  form: 'jars',
  sha256: sha256(`${sha256('whole')}  parcel.jar\n`),
};
const before = { PATH: process.env['PATH'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] };
let folder = '';

/** A Maven that writes half a file into the output folder and breaks off, until the `succeeds`th try. */
const brokenMaven = (succeeds: number): void => {
  const script = `#!/bin/sh
for argument in "$@"; do case "$argument" in -DoutputDirectory=*) out=\${argument#*=};; esac; done
echo try >> ${folder}/tries
printf half > "$out/parcel.jar"
[ "$(wc -l < ${folder}/tries)" -ge ${succeeds} ] || exit 1
printf whole > "$out/parcel.jar"
`;
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'mvn'), script, { mode: 0o755 });
  process.env['PATH'] = [join(folder, 'bin'), before.PATH].join(delimiter);
};

const tries = (): number => readFileSync(join(folder, 'tries'), 'utf8').trim().split('\n').length;
const cached = (): string[] =>
  readdirSync(join(folder, 'orderloom', 'stack')).filter((name) => !name.endsWith('.lock'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderloom-maven-'));
  process.env['XDG_CACHE_HOME'] = folder;
});
afterEach(() => {
  process.env['PATH'] = before.PATH;
  if (before.XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before.XDG_CACHE_HOME;
  rmSync(folder, { recursive: true, force: true });
});

if (java() === undefined) leftOut('downloads that break off', 'there is no Java here');
(java() === undefined ? describe.skip : describe)('a download', () => {
  test('that breaks off is tried again, and is there once for all who wait', async () => {
    brokenMaven(3);
    const [first, second] = await Promise.all([mavenFolder(parcel), mavenFolder(parcel)]);
    expect(readFileSync(join(first, 'parcel.jar'), 'utf8')).toBe('whole');
    expect(second).toBe(first);
    expect(tries()).toBe(3);
    expect(cached()).toHaveLength(1);
  });

  test('that succeeds without checksums of the repository counts only where it is what was meant', async () => {
    brokenMaven(3);
    const other = { ...parcel, sha256: sha256('other') };
    await expect(mavenFolder(other)).rejects.toMatchObject({ code: 'install-failed' });
    expect(cached()).toEqual([]);
  });

  test('that breaks off every time is an error, and leaves nothing that looks whole', async () => {
    brokenMaven(99);
    await expect(mavenFolder(parcel)).rejects.toMatchObject({ code: 'install-failed' });
    expect(tries()).toBe(3);
    expect(cached()).toEqual([]);
  });

  test('cannot be had without Maven and without leave to install it, and says so in one line', () => {
    const programs = (before.PATH ?? '').split(delimiter);
    const java = programs.filter((path) => existsSync(join(path, 'java')) && !existsSync(join(path, 'mvn')));
    const install = process.env['ORDERLOOM_STACK_INSTALL'];
    delete process.env['ORDERLOOM_STACK_INSTALL'];
    process.env['PATH'] = java.join(delimiter);
    try {
      expect(mavenObstacle(parcel)).toMatch(/^parcel needs Maven: .*ORDERLOOM_STACK_INSTALL=1\)$/);
    } finally {
      if (install !== undefined) process.env['ORDERLOOM_STACK_INSTALL'] = install;
    }
  });
});
