import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { random } from './random.ts';

/** Watches a folder so that a test can put it back as a power cut would have left it. */
export type PowerCut = {
  /** For the environment of every process that writes into the folder. Processes run one after the other. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Cuts the power: the folder holds afterwards what was synced, and of each other 4 KiB page as likely as
   * `surviving` says (0, the default: none), drawn by `seed`. Every process that writes into it must be dead.
   */
  readonly restore: (options?: { readonly surviving?: number; readonly seed?: number }) => void;
  /** Makes syncs (EIO) or writes (ENOSPC) of files whose path contains `part` fail from now on; `null`: no more. */
  readonly fail: (what: 'sync' | 'write', part: string | null) => void;
  /** Forgets the shadow; the folder stays. */
  readonly remove: () => void;
};

const SOURCE = join(import.meta.dirname, '../../../tools/fault/fsync-shim.c');

/** Why power cuts cannot be played on this machine; `undefined` where they can. */
export const powerCutObstacle = (): string | undefined => {
  if (process.platform !== 'linux') return 'the fsync shim needs Linux';
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'there is no C compiler (cc)';
};

/** Builds the shim once for each version of its source. Throws with the compiler's words where it does not compile. */
const builtShim = (): string => {
  const version = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16);
  const library = join(tmpdir(), `orderloom-fsync-shim-${version}-${process.arch}.so`);
  if (existsSync(library)) return library;
  const fresh = `${library}.${String(process.pid)}`;
  const flags = ['-Wall', '-Wextra', '-O2', '-shared', '-fPIC', '-o', fresh, SOURCE, '-ldl', '-lpthread'];
  const compiled = spawnSync('cc', flags, { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(`cc cannot build ${SOURCE}:\n${compiled.stderr}`);
  renameSync(fresh, library);
  return library;
};

/** Every regular file below a folder, by its path in the folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** Starts a shadow in which all that the folder holds now is durable. */
const startShadow = (folder: string, shadow: string): void => {
  rmSync(shadow, { recursive: true, force: true });
  for (const part of ['inodes', 'tree']) mkdirSync(join(shadow, part), { recursive: true });
  for (const path of filesIn(folder)) {
    const source = join(folder, path);
    const content = join(shadow, 'inodes', String(statSync(source, { bigint: true }).ino));
    const name = join(shadow, 'tree', path);
    copyFileSync(source, content);
    mkdirSync(dirname(name), { recursive: true });
    linkSync(content, name);
  }
};

const PAGE = 4096;

/** The synced bytes, with pages of the unsynced ones drawn in. The length is that of the one or the other. */
const torn = (synced: Buffer, written: Buffer, survives: () => boolean): Buffer => {
  const length = survives() ? written.length : synced.length;
  const result = Buffer.alloc(length);
  synced.copy(result);
  for (let at = 0; at < length; at += PAGE) {
    const now = written.subarray(at, Math.min(at + PAGE, length));
    if (!now.equals(result.subarray(at, at + now.length)) && survives()) now.copy(result, at);
  }
  return result;
};

/**
 * Watches a folder from now on; what it holds already counts as durable.
 * Ask `powerCutObstacle` first. What is modelled, and what is not, stands in tools/fault/fsync-shim.c.
 */
export const powerCut = (folder: string): PowerCut => {
  const watched = realpathSync(folder);
  const home = mkdtempSync(join(tmpdir(), 'orderloom-shadow-'));
  const shadow = join(realpathSync(home), 'shadow');
  startShadow(watched, shadow);
  return {
    env: { LD_PRELOAD: builtShim(), FSYNC_SHIM_DIR: watched, FSYNC_SHIM_SHADOW: shadow },
    restore: ({ surviving = 0, seed = 1 } = {}) => {
      const source = random(seed);
      const kept = filesIn(join(shadow, 'tree')).map((path) => {
        const name = join(shadow, 'tree', path);
        const real = join(watched, path);
        const synced = readFileSync(name);
        const written = surviving > 0 && existsSync(real) ? readFileSync(real) : synced;
        const bytes = surviving > 0 ? torn(synced, written, () => source.chance(surviving)) : synced;
        return { real, mode: statSync(name).mode & 0o777, bytes };
      });
      for (const path of filesIn(watched)) rmSync(join(watched, path));
      for (const { real, mode, bytes } of kept) {
        mkdirSync(dirname(real), { recursive: true });
        writeFileSync(real, bytes);
        chmodSync(real, mode);
      }
      startShadow(watched, shadow);
    },
    fail: (what, part) => {
      const order = join(shadow, `fail-${what}`);
      if (part === null) rmSync(order, { force: true });
      else writeFileSync(order, part);
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
};
