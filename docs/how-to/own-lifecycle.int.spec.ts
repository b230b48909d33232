// Does what own-lifecycle.md says in an empty folder, with the packages as somebody else gets them: packed, and installed from
// their tarballs.
import { execFile, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(import.meta.dirname, 'own-lifecycle.md'), 'utf8');
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);

const [config = '', shop = ''] = blocksOf('ts');
const [output = ''] = blocksOf('text');

type Manifest = { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> };
const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'libs', name, 'package.json'), 'utf8')) as Manifest;
const SCOPE = '@orderloom/';

/** A package of ours with all of ours that it needs. */
const withNeeds = (names: readonly string[], known = new Set<string>()): ReadonlySet<string> => {
  for (const name of names) {
    if (known.has(name)) continue;
    known.add(name);
    const needs = Object.keys(manifestOf(name).dependencies ?? {}).filter((need) => need.startsWith(SCOPE));
    withNeeds(
      needs.map((need) => need.slice(SCOPE.length)),
      known,
    );
  }
  return known;
};

const reachesRegistry = (): boolean =>
  spawnSync('npm', ['view', 'xstate', 'version'], { timeout: 20_000 }).status === 0;
const obstacle = reachesRegistry() ? undefined : 'the registry for npm packages cannot be reached';
if (obstacle !== undefined) leftOut('a lifecycle of one’s own in an empty folder', obstacle);

const folder = mkdtempSync(join(tmpdir(), 'orderloom-empty-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const npm = (cwd: string, ...args: readonly string[]) =>
  run('npm', [...args, '--ignore-scripts', '--loglevel=error'], { cwd });

(obstacle === undefined ? test : test.skip)(
  'an order over a limit waits for an approver, with fields of its own, in an empty folder',
  async () => {
    const wanted = [...withNeeds(['client', 'embedded'])].flatMap((name) => ['-w', SCOPE + name]);
    await npm(root, 'pack', '--pack-destination', folder, ...wanted);
    const tarballs = globSync('*.tgz', { cwd: folder }).map((name) => join(folder, name));
    writeFileSync(join(folder, 'package.json'), '{"type": "module", "private": true}');
    await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs);
    writeFileSync(join(folder, 'orderloom.config.ts'), config);
    writeFileSync(join(folder, 'shop.ts'), shop);
    const { stdout } = await run(process.execPath, ['shop.ts'], { cwd: folder });
    expect(stdout).toBe(output);
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--allowImportingTsExtensions',
      '--lib',
      'es2023,dom',
    ];
    const target = ['--target', 'es2023', '--module', 'nodenext'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const checked = spawnSync(process.execPath, [tsc, ...flags, ...target, 'shop.ts'], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect(checked.stdout).toBe('');
  },
  580_000,
);
