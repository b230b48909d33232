import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whileLocked } from '../processes/lock.ts';
import { StackError } from '../stack-error.ts';
import { cacheFolder } from './cache-folder.ts';
import { debianFind, debianObstacle } from './debian.ts';
import { folderDigest } from './folder-digest.ts';
import { java, onPath, type Java } from './programs.ts';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
// A repository at times has the file and not its checksum. Then our own has to be right.
const TRIES = ['--strict-checksums', '--strict-checksums', '--lax-checksums'] as const;
const INSTALL_TIMEOUT_MS = 900_000;
const OLDEST_JAVA = 17;
const JAVA = 'default-jre-headless';

const mvn = (): string | undefined => onPath('mvn');

/** `group:artifact:version`, or `group:artifact:version:type`. */
type Artifact = string;

/** A server that Maven Central has: its artifacts with all that they depend on, or a distribution to unpack. */
export type MavenPackage = {
  readonly name: string;
  readonly version: string;
  readonly artifacts: readonly Artifact[];
  readonly form: 'jars' | 'unpacked';
  /** Of all that it consists of, as `folderDigest` counts it. */
  readonly sha256: string;
};

const dependency = (artifact: Artifact): string => {
  const [groupId, artifactId, version, type = 'jar'] = artifact.split(':');
  const element = (name: string, text = ''): string => `<${name}>${text}</${name}>`;
  const parts = [
    element('groupId', groupId),
    element('artifactId', artifactId),
    element('version', version),
    element('type', type),
  ];
  return element('dependency', parts.join(''));
};

const pomOf = ({ name, artifacts }: MavenPackage): string =>
  [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    `<groupId>orderloom.stack</groupId><artifactId>${name}</artifactId><version>1</version>`,
    `<packaging>pom</packaging><dependencies>${artifacts.map(dependency).join('')}</dependencies></project>`,
  ].join('\n');

/** The folder's name holds what went in, so that a changed recipe is another folder. */
export const packageFolder = (wanted: MavenPackage): string => {
  const recipe = createHash('sha256').update(wanted.form).update(pomOf(wanted)).digest('hex');
  return join(cacheFolder(), `${wanted.name}-${wanted.version}-${recipe.slice(0, 8)}`);
};

/** Whether all of it has been downloaded. */
export const isCached = (wanted: MavenPackage): boolean => existsSync(packageFolder(wanted));

/** Why a server of Maven Central cannot be had here; `undefined` where it can. */
export const mavenObstacle = (wanted: MavenPackage): string | undefined => {
  const noJava = debianObstacle(JAVA, java);
  if (noJava !== undefined) return `${wanted.name} needs Java: ${noJava}`;
  const major = java()?.major ?? OLDEST_JAVA;
  if (major < OLDEST_JAVA) return `${wanted.name} needs Java ${OLDEST_JAVA} or later; this is ${major}`;
  if (isCached(wanted)) return undefined;
  const noMaven = debianObstacle('maven', mvn);
  return noMaven === undefined ? undefined : `${wanted.name} needs Maven: ${noMaven}`;
};

/** The Java that runs the servers. */
export const serverJava = (): Promise<Java> => debianFind(JAVA, java);

const runMaven = async (program: string, args: readonly string[], cwd: string): Promise<boolean> => {
  const flags = ['--batch-mode', '--quiet', '--update-snapshots', '-Dstyle.color=never'];
  const child = spawn(program, [...flags, ...args], { cwd, stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
};

/** Brings all files into a folder; `false`: Maven could not, or what it brought is not what was meant. */
const bring = async (
  wanted: MavenPackage,
  draft: string,
  checksums: (typeof TRIES)[number],
): Promise<boolean> => {
  const files = join(draft, 'files');
  rmSync(files, { recursive: true, force: true });
  mkdirSync(files, { mode: 0o755 });
  const goal = wanted.form === 'jars' ? 'copy-dependencies' : 'unpack-dependencies';
  const args = [checksums, `${PLUGIN}:${goal}`, `-DoutputDirectory=${files}`];
  if (!(await runMaven(await debianFind('maven', mvn), args, draft))) return false;
  return checksums === '--strict-checksums' || folderDigest(files) === wanted.sha256;
};

const download = async (wanted: MavenPackage, folder: string): Promise<void> => {
  await serverJava();
  const draft = mkdtempSync(join(cacheFolder(), `${wanted.name}-draft-`));
  try {
    writeFileSync(join(draft, 'pom.xml'), pomOf(wanted));
    for (const checksums of TRIES) {
      if (!(await bring(wanted, draft, checksums))) continue;
      // Only what is whole gets the name that others look for.
      renameSync(join(draft, 'files'), folder);
      return;
    }
    throw new StackError('install-failed', `Maven could not bring ${wanted.name} ${wanted.version}`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

/** The folder with the server's files, downloaded the first time. One process at a time downloads. */
export const mavenFolder = async (wanted: MavenPackage): Promise<string> => {
  const folder = packageFolder(wanted);
  if (existsSync(folder)) return folder;
  return whileLocked(join(cacheFolder(), `${wanted.name}.lock`), INSTALL_TIMEOUT_MS, async () => {
    if (!existsSync(folder)) await download(wanted, folder);
    return folder;
  });
};
