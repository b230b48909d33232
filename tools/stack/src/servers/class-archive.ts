import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../install/cache-folder.ts';
import { packageFolder, type MavenPackage } from '../install/maven.ts';
import { java } from '../install/programs.ts';
import { whileLocked } from '../processes/lock.ts';
import { endProcesses, startProcess } from '../processes/start-process.ts';
import type { Layout } from './recipe.ts';

// Half of what a server on the JVM does until it serves is loading classes. Java keeps them in a file when it ends, if it
// is told to, and takes them from there the next time: a broker serves after half the work.

const TRAIN_WITHIN_MS = 300_000;

/** The file for this package and this very Java: another one could not read it. */
const archiveOf = (wanted: MavenPackage): string =>
  `${packageFolder(wanted)}-java-${(java()?.build ?? '').replaceAll(/[^\w.]+/g, '-')}.jsa`;

/** Options by which Java takes classes from the file, once there is one. */
export const archiveOptions = (wanted: MavenPackage): readonly string[] => {
  const file = archiveOf(wanted);
  return existsSync(file) && statSync(file).size > 0 ? [`-XX:SharedArchiveFile=${file}`] : [];
};

const train = async (archive: string, layOut: (folder: string) => Promise<Layout>): Promise<void> => {
  const folder = mkdtempSync(join(cacheFolder(), 'training-'));
  try {
    const draft = join(folder, 'classes.jsa');
    const { nodes } = await layOut(folder);
    for (const plan of nodes) {
      const env = { ...plan.env, JAVA_TOOL_OPTIONS: `-XX:ArchiveClassesAtExit=${draft}` };
      await endProcesses(await startProcess({ ...plan, env }));
    }
    // A Java that keeps none is not asked again: archiveOptions passes over an empty file.
    if (existsSync(draft)) renameSync(draft, archive);
    else writeFileSync(archive, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Makes the file where it is missing, by running the server once. One process at a time does. */
export const ensureArchive = async (
  wanted: MavenPackage,
  layOut: (folder: string) => Promise<Layout>,
): Promise<void> => {
  const archive = archiveOf(wanted);
  if (existsSync(archive)) return;
  await whileLocked(join(cacheFolder(), `${wanted.name}-training.lock`), TRAIN_WITHIN_MS, async () => {
    if (!existsSync(archive)) await train(archive, layOut);
  });
};
