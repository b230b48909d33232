// What lint says of a file can change with the file, with what it imports, and with the rules: nothing else. So a project
// need not be linted again while the text of all three is the one that was clean before.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RULES = ['eslint.config.mjs', 'tsconfig*.json', 'nx.json', 'package*.json', 'tools/lint*.{mjs,ts}'];
const skipped = (name: string): boolean =>
  ['node_modules', 'dist', '.nx', '.orderloom', '.git'].includes(name);

/** Folders of `files` are relative to `root`. */
const hashOf = (root: string, files: readonly string[]): string => {
  const hash = createHash('sha256').update(process.version);
  for (const file of files.toSorted())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
};

const filesIn = (root: string, folder: string): readonly string[] =>
  globSync(`${folder}/**/*.{ts,mjs,json}`, { cwd: root, exclude: skipped });

type Manifest = {
  readonly name: string;
  readonly workspaces?: string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};
type Project = { readonly folder: string; readonly name: string; readonly uses: readonly string[] };

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const projectsOf = (root: string): readonly Project[] =>
  globSync(manifestIn(root).workspaces ?? [], { cwd: root })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const { name, dependencies, devDependencies } = manifestIn(join(root, folder));
      return { folder, name, uses: Object.keys({ ...dependencies, ...devDependencies }) };
    });

/** The project, and all that it uses. */
const reach = (projects: readonly Project[], name: string, seen = new Set<string>()): ReadonlySet<string> => {
  const project = projects.find((one) => one.name === name);
  if (project === undefined || seen.has(name)) return seen;
  seen.add(name);
  for (const used of project.uses) reach(projects, used, seen);
  return seen;
};

/** Of each folder or file that is linted as a whole, a hash of all that lint could find there. */
export type LintKeys = ReadonlyMap<string, string>;

export const lintKeys = (root: string): LintKeys => {
  const projects = projectsOf(root);
  const rules = hashOf(root, globSync(RULES, { cwd: root }));
  // A workspace inside another (tools/stack) is hashed with both: once too often is never wrong.
  const own = new Map(projects.map(({ name, folder }) => [name, hashOf(root, filesIn(root, folder))]));
  const keyOf = (...parts: readonly (string | undefined)[]): string =>
    createHash('sha256')
      .update([rules, ...parts].join())
      .digest('hex');
  const keys = new Map<string, string>();
  for (const { name, folder } of projects)
    if (/^(apps|libs)\//.test(folder))
      keys.set(folder, keyOf(...[...reach(projects, name)].toSorted().map((used) => own.get(used))));
  // Tools, benches and docs look at everything.
  for (const folder of ['tools', 'bench', 'docs'])
    if (existsSync(join(root, folder)))
      keys.set(folder, keyOf(...[...own.values()].toSorted(), hashOf(root, filesIn(root, folder))));
  for (const file of globSync('*.mjs', { cwd: root })) keys.set(file, keyOf(hashOf(root, [file])));
  return keys;
};

const stampFile = (root: string): string => join(root, 'node_modules', '.cache', 'orderloom', 'lint.json');

const stamped = (root: string): Readonly<Record<string, string>> => {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
};

/** The folders that are not as they were when lint last found nothing in them. */
export const unclean = (root: string, keys: LintKeys): readonly string[] => {
  const known = stamped(root);
  return [...keys.keys()].filter((folder) => known[folder] !== keys.get(folder));
};

/** Lint has found nothing in any of them. */
export const keepClean = (root: string, keys: LintKeys): void => {
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), JSON.stringify(Object.fromEntries(keys)));
};
