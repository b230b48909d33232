// node tools/run.mjs FILE ...ARGS
//
// Runs FILE on a Node that Orderloom supports, however old the Node that started this script, after bringing
// node_modules up to date with package-lock.json. It may import built-ins only, since it runs before anything is
// installed, and it is called by every npm script because npm skips pre- and post-hooks under ignore-scripts.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [24, 15];
const windows = process.platform === 'win32';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');

function installIfLockChanged() {
  const stampFile = join(modules, '.orderloom-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;

  console.error('Installing dependencies (first run, or package-lock.json has changed); about a minute ...');
  // Not `npm ci`: it refuses a lock that names binaries for other platforms which a mirror may not carry.
  const flags = ['--no-save', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'];
  const install = spawnSync('npm', ['install', ...flags], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (install.status !== 0) {
    console.error('npm install failed; its message is above.');
    process.exit(install.status ?? 1);
  }
  writeFileSync(stampFile, wanted);
}

function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function chooseNode() {
  if (isRecentEnough(process.versions.node)) return process.execPath;
  const folder = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const pinned = join(modules, folder, 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  console.error(
    `Orderloom needs Node ${OLDEST_NODE.join('.')} or later. This is ${process.version}, and there is no ` +
      `prebuilt one for ${process.platform}-${process.arch}: install a newer Node and try again.`,
  );
  process.exit(1);
}

installIfLockChanged();
const node = chooseNode();
const path = [dirname(node), join(modules, '.bin'), process.env.PATH ?? ''].join(delimiter);
// What Node compiles, or strips of its types, it need not do again in the next process or thread.
const cache = process.env.NODE_COMPILE_CACHE ?? join(modules, '.cache', 'node-compile');
const env = { ...process.env, PATH: path, NODE_COMPILE_CACHE: cache };
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`Cannot start ${node}: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };
  process.exitCode = code ?? signalCodes[signal] ?? 1;
});
