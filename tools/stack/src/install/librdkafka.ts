import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { whileLocked } from '../processes/lock.ts';
import { StackError } from '../stack-error.ts';
import { cacheFolder } from './cache-folder.ts';
import { debianFind, debianObstacle } from './debian.ts';
import { mayInstall, onPath } from './programs.ts';

const COMMAND = 'npm run kafka:native';
const PACKAGE = '@confluentinc/kafka-javascript';
const BINARY = 'build/Release/confluent-kafka-javascript.node';
const BUILD_TIMEOUT_MS = 900_000;

/** The package and all that it depends on, as they are pinned. */
const recipe = join(import.meta.dirname, '../../librdkafka');
const modules = join(import.meta.dirname, '../../../../node_modules');
/** Where Node finds the package. */
const place = join(modules, PACKAGE);
/** The headers that come with this very Node: a binary fits one version of its engine. */
const headers = join(dirname(dirname(process.execPath)), 'include/node');

const LIBRDKAFKA = ['--disable-curl', '--disable-gssapi', '--disable-lz4-ext', '--disable-debug-symbols'];

const header = (path: string) => (): string | undefined =>
  ['/usr/include', '/usr/local/include'].map((folder) => join(folder, path)).find((file) => existsSync(file));

/** What a build takes, by the Debian package that brings it. */
const NEEDED: readonly (readonly [name: string, find: () => string | undefined])[] = [
  ['g++', () => onPath('g++')],
  ['make', () => onPath('make')],
  ['libssl-dev', header('openssl/ssl.h')],
  ['zlib1g-dev', header('zlib.h')],
  ['libzstd-dev', header('zstd.h')],
];

/** The folder's name holds what went in, so that another version, another Node or another recipe is another folder. */
const builtFolder = (): string => {
  const lock = readFileSync(join(recipe, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).update(LIBRDKAFKA.join(' ')).digest('hex').slice(0, 8);
  return join(cacheFolder(), `librdkafka-${process.arch}-${process.versions.modules}-${digest}`);
};

/**
 * Why the second Kafka client cannot be had here, in one line; `undefined` where it is installed, or is when
 * `librdkafka` is called. Nothing is built unasked: somebody calls the command, or sets ORDERLOOM_STACK_INSTALL=1.
 */
export const librdkafkaObstacle = (): string | undefined => {
  if (existsSync(join(place, BINARY)) || existsSync(builtFolder())) return undefined;
  if (!mayInstall()) return `${PACKAGE} is not built (${COMMAND}, or set ORDERLOOM_STACK_INSTALL=1)`;
  return buildObstacle();
};

const buildObstacle = (): string | undefined => {
  if (process.platform !== 'linux') return `${PACKAGE} is built here on Linux only (npm install ${PACKAGE})`;
  if (!existsSync(join(headers, 'node.h'))) return `${PACKAGE} cannot be built: this Node has no headers`;
  for (const [name, find] of NEEDED) {
    const obstacle = debianObstacle(name, find);
    if (obstacle !== undefined) return `${PACKAGE} cannot be built: ${obstacle}`;
  }
  return undefined;
};

const run = async (cwd: string, program: string, ...args: readonly string[]): Promise<void> => {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new StackError(
      'install-failed',
      `${PACKAGE}: ${program} ${args[0] ?? ''} ended with ${String(code)}`,
    );
};

/** The libraries that librdkafka found on this machine, as the linker takes them. */
const librariesOf = (sources: string): readonly string[] => {
  const made = readFileSync(join(sources, 'Makefile.config'), 'utf8');
  return (/^LIBS\+=\s*(.*)$/m.exec(made)?.[1] ?? '').split(/\s+/).filter((word) => word !== '');
};

const buildIn = async (draft: string): Promise<void> => {
  cpSync(recipe, draft, { recursive: true });
  await run(draft, 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  const home = join(draft, 'node_modules', PACKAGE);
  const sources = join(home, 'deps/librdkafka');
  const parallel = `-j${String(availableParallelism())}`;
  await run(sources, './configure', ...LIBRDKAFKA);
  await run(sources, 'make', parallel, '-s', '-C', 'src', 'librdkafka.a');
  await run(sources, 'make', parallel, '-s', '-C', 'src-cpp', 'librdkafka++.a');
  const include = [
    headers,
    home,
    join(draft, 'node_modules/nan'),
    ...['src', 'src-cpp'].map((name) => join(sources, name)),
  ];
  const units = readdirSync(join(home, 'src')).filter((name) => name.endsWith('.cc'));
  mkdirSync(dirname(join(home, BINARY)), { recursive: true });
  await run(
    home,
    ...(['g++', '-std=c++20', '-O2', '-w', '-fPIC', '-shared', '-pthread', '-s'] as const),
    ...include.map((folder) => `-I${folder}`),
    ...units.map((name) => join('src', name)),
    ...['src-cpp/librdkafka++.a', 'src/librdkafka.a'].map((name) => join(sources, name)),
    ...librariesOf(sources),
    ...['-o', BINARY],
  );
  rmSync(join(home, 'deps'), { recursive: true });
  await run(draft, process.execPath, '--eval', `require('${PACKAGE}')`);
};

const build = async (folder: string): Promise<void> => {
  for (const [name, find] of NEEDED) await debianFind(name, find);
  const draft = mkdtempSync(join(cacheFolder(), 'librdkafka-draft-'));
  try {
    await buildIn(draft);
    // Only what is whole gets the name that others look for.
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

const linkAt = (path: string): string | undefined =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : undefined;

const link = (built: string): void => {
  if (linkAt(place) === built) return;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(built, place);
};

/**
 * The package with its binary, where Node finds it: built the first time, about a minute, and linked from the cache.
 * The binary that its own install script would download is not asked for. Throws `unavailable` where something that the
 * build takes is missing.
 */
export const librdkafka = async (): Promise<string> => {
  // Somebody's own install stays as it is.
  if (existsSync(join(place, BINARY)) && linkAt(place) === undefined) return place;
  const folder = builtFolder();
  return whileLocked(join(cacheFolder(), 'librdkafka.lock'), BUILD_TIMEOUT_MS, async () => {
    if (!existsSync(folder)) {
      const obstacle = buildObstacle();
      if (obstacle !== undefined) throw new StackError('unavailable', obstacle);
      await build(folder);
    }
    const built = join(folder, 'node_modules', PACKAGE);
    link(built);
    return built;
  });
};
