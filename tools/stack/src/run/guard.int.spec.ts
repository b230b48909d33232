// A test run that is killed leaves no server behind, and does not end those of others.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { obstacleTo } from '../index.ts';
import { identityOf, isAlive, type Identity } from '../processes/identity.ts';
import { ended } from '../processes/start-process.ts';
import { endServer, readRecord, readRecords, writeRecord } from './records.ts';

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('servers that end with their test run', obstacle);

const folder = mkdtempSync(join(tmpdir(), 'orderloom-guard-'));
const index = JSON.stringify(join(import.meta.dirname, '../index.ts'));
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  const runs = readdirSync(folder).map((name) => join(folder, name));
  await Promise.all(runs.flatMap((run) => readRecords(run).map((record) => endServer(run, record))));
  rmSync(folder, { recursive: true, force: true });
});

const newChild = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 2] });
  children.push(child);
  return child;
};

/** A process that starts a server by `call` for `holder`, writes down where it is, and lives on. */
const starter = async (call: string, run: string, holder?: number) => {
  const source = `
    import { ownServer, sharedServer } from ${index};
    process.stdout.write(JSON.stringify((await ${call}).urls));
    setTimeout(() => undefined, 600_000);`;
  const child = newChild(process.execPath, ['--input-type=module', '-e', source], {
    ORDERLOOM_STACK_RUN: run,
    ORDERLOOM_STACK_HOLDER: String(holder ?? ''),
  });
  const [urls] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, urls: urls.toString() };
};

const serversOf = (run: string): readonly Identity[] =>
  readRecords(run).flatMap(({ processes }) => processes.flat());

(obstacle === undefined ? describe : describe.skip)('a server', () => {
  test('of one process ends when that is killed', async () => {
    const run = join(folder, 'own');
    const { child } = await starter(`ownServer('redis')`, run);
    const servers = serversOf(run);
    expect(servers.map(isAlive)).toEqual([true]);
    child.kill('SIGKILL');
    expect(await ended(servers)).toBe(true);
  }, 600_000);

  test('that several share is one, outlives who started it, and ends with the runner', async () => {
    const run = join(folder, 'shared');
    const runner = newChild('sleep', ['600']);
    const [first, second] = await Promise.all([
      starter(`sharedServer('redis')`, run, runner.pid),
      starter(`sharedServer('redis')`, run, runner.pid),
    ]);
    expect(second.urls).toBe(first.urls);
    const servers = serversOf(run);
    expect(servers).toHaveLength(1);
    first.child.kill('SIGKILL');
    second.child.kill('SIGKILL');
    await Promise.all([once(first.child, 'exit'), once(second.child, 'exit')]);
    const third = await starter(`sharedServer('redis')`, run, runner.pid);
    expect(third.urls).toBe(first.urls);
    runner.kill('SIGKILL');
    expect(await ended(servers)).toBe(true);
  }, 600_000);

  test('of a dead run is started anew, and whoever has its process id now is left alone', async () => {
    const run = join(folder, 'stale');
    const bystander = newChild('sleep', ['600']);
    const { pid } = identityOf(bystander.pid!)!;
    const stale = {
      id: 'redis',
      name: 'redis' as const,
      urls: ['redis://127.0.0.1:1'],
      folder: join(run, 'redis'),
    };
    writeRecord(run, {
      ...stale,
      logs: [],
      processes: [[{ pid, started: 'before' }]],
      holders: 'until-down',
    });
    const { child, urls } = await starter(`sharedServer('redis')`, run);
    expect(urls).not.toContain('127.0.0.1:1"');
    expect(readRecord(run, 'redis')!.urls).toEqual(JSON.parse(urls));
    expect(identityOf(pid)).toBeDefined();
    child.kill('SIGKILL');
  }, 600_000);
});
