import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** What the figures depend on besides the programs. */
export type Machine = {
  readonly cpus: string;
  readonly memory: string;
  readonly system: string;
  /** File system of the measured folder, and what one durable append costs on it. */
  readonly disk: string;
  /** Processes that wanted a processor in the minute before the run: a busy machine tells little. */
  readonly load: string;
  /** Program or package -> version. */
  readonly versions: Readonly<Record<string, string>>;
};

/** Magic numbers of statfs(2). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x01021994: 'tmpfs (in memory: nothing here is durable)',
  0x58465342: 'xfs',
  0x6969: 'nfs',
  0x794c7630: 'overlayfs',
  0x9123683e: 'btrfs',
  0xef53: 'ext4',
  0x2fc12fc1: 'zfs',
};
const APPENDS = 200;
const APPEND_BYTES = 20 * 1024;

/** Mean time of a durable append to a growing file, ms. */
const appendMs = (folder: string): number => {
  const path = join(folder, 'appends');
  const bytes = Buffer.alloc(APPEND_BYTES, 1);
  const file = openSync(path, 'w');
  const started = performance.now();
  for (let i = 0; i < APPENDS; i++) {
    writeSync(file, bytes);
    fdatasyncSync(file);
  }
  const ms = (performance.now() - started) / APPENDS;
  closeSync(file);
  rmSync(path);
  return ms;
};

/** Describes this machine; the disk is the one that `folder` is on. */
export const machineOf = (folder: string, versions: Readonly<Record<string, string>>): Machine => {
  const { type } = statfsSync(folder);
  const all = cpus();
  return {
    cpus: `${all.length} x ${all[0]?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${platform()} ${release()} ${arch()}`,
    disk: `${FILE_SYSTEMS[type] ?? `file system 0x${type.toString(16)}`}, ${appendMs(folder).toFixed(2)} ms for write + fdatasync of 20 KiB`,
    load: (loadavg()[0] ?? 0).toFixed(2),
    versions: { node: process.versions.node, sqlite: process.versions.sqlite ?? 'none', ...versions },
  };
};
