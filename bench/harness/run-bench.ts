import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresBinaries } from '../postgres/binaries.ts';
import { startPostgres, type PostgresCluster } from '../postgres/cluster.ts';
import type { Bench, Measurement, Place, Size } from './bench.ts';
import { machineOf } from './machine.ts';
import { startPart } from './part.ts';
import { reportOf, type Report } from './report.ts';
import { interleave } from './rounds.ts';
import { ROOT } from './tree.ts';

export type RunOptions = {
  readonly size: Size;
  /** Contenders to run; the others count as not measured. `null`: all. */
  readonly only: readonly string[] | null;
  /** Told of each run before it starts. */
  readonly onRun: (contender: string, round: number) => void;
};

type Dependencies = Readonly<Record<string, string>>;

/** Versions of the packages that take part, as they are pinned. */
const pinnedVersions = (): Record<string, string> => {
  const text = readFileSync(join(ROOT, 'bench', 'package.json'), 'utf8');
  const { version, dependencies, devDependencies } = JSON.parse(text) as {
    version: string;
    dependencies: Dependencies;
    devDependencies: Dependencies;
  };
  const all = Object.entries({ ...dependencies, ...devDependencies });
  const others = all.filter(([name]) => !name.startsWith('@orderloom/') && !name.startsWith('@types/'));
  return { orderloom: version, ...Object.fromEntries(others) };
};

/** A server, or why there is none: then only the contenders that need it are not measured. */
const postgresFor = async (
  folder: string,
): Promise<{ readonly cluster: PostgresCluster | null; readonly reason: string }> => {
  try {
    return { cluster: await startPostgres(await postgresBinaries(), folder), reason: '' };
  } catch (error) {
    return { cluster: null, reason: error instanceof Error ? error.message : String(error) };
  }
};

/** Longest time of one run, ms: a contender that waits for itself must not hold up the others. */
const LIMITS: Readonly<Record<Size, number>> = { ci: 60_000, full: 1_200_000 };

const measureInPart = async (bench: string, contender: string, place: Place): Promise<Measurement> => {
  mkdirSync(place.folder, { recursive: true });
  const part = startPart(['measure', bench, contender, JSON.stringify(place)]);
  const limit = new AbortController();
  const late = sleep(LIMITS[place.size], undefined, { signal: limit.signal }).then(() => {
    throw new Error(`no result within ${LIMITS[place.size] / 1000} s`);
  });
  try {
    return (await Promise.race([part.said, late])) as Measurement;
  } finally {
    limit.abort();
    late.catch(() => undefined);
    await part.stop();
    rmSync(place.folder, { recursive: true, force: true });
  }
};

const LEFT_OUT = 'left out by --only';

const measureAll = async (bench: Bench, folder: string, options: RunOptions): Promise<Report> => {
  const { size, only } = options;
  const isWanted = (name: string): boolean => only === null || only.includes(name);
  const needs = new Map(bench.contenders.map((contender) => [contender.name, contender.needs]));
  const needsPostgres = bench.contenders.some(({ name }) => isWanted(name) && needs.get(name) === 'postgres');
  const versions = pinnedVersions();
  const idle = machineOf(folder, versions);
  const postgres = needsPostgres ? await postgresFor(folder) : { cluster: null, reason: '' };
  try {
    const names = bench.contenders.map(({ name }) => name);
    const rounds = await interleave(names, bench.rounds[size], (name, round) => {
      if (!isWanted(name)) throw new Error(LEFT_OUT);
      if (needs.get(name) === 'postgres' && postgres.cluster === null) throw new Error(postgres.reason);
      options.onRun(name, round);
      const place = {
        folder: join(folder, `${name}-${round}`),
        size,
        postgresUrl: postgres.cluster?.url ?? null,
      };
      return measureInPart(bench.name, name, place);
    });
    const server = postgres.cluster === null ? {} : { postgresql: postgres.cluster.version };
    const machine = { ...idle, versions: { ...idle.versions, ...server } };
    return reportOf(bench, { size, date: new Date().toISOString().slice(0, 10), machine, rounds });
  } finally {
    await postgres.cluster?.stop();
  }
};

/** Runs a bench with its peers and takes everything down again, also where it fails or is interrupted. */
export const runBench = async (bench: Bench, options: RunOptions): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-bench-'));
  // PostgreSQL's user passes through on the way to its own folder.
  chmodSync(folder, 0o711);
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', clear);
  try {
    return await measureAll(bench, folder, options);
  } finally {
    process.off('exit', clear);
    clear();
  }
};
