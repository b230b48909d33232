// The command as it is called, on the server that starts fastest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { identityOf } from './processes/identity.ts';
import { obstacleTo } from './servers/servers.ts';

const run = mkdtempSync(join(tmpdir(), 'orderloom-stack-'));
const stack = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, ORDERLOOM_STACK_RUN: run, ...env },
    },
  );
  return { code: status, stdout, stderr };
};
afterAll(() => {
  stack(['down']);
  rmSync(run, { recursive: true, force: true });
});

describe('npm run stack', () => {
  test('helps, and refuses what it does not understand', () => {
    const help = stack(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--brokers');
    expect(stack(['up', 'mysql'])).toMatchObject({ code: 2, stdout: '' });
  });

  test('names in one line what this machine lacks', () => {
    const bare = { PATH: run, ORDERLOOM_STACK_INSTALL: '' };
    const { code, stderr } = stack(['up', 'redis', 'kafka'], bare);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^redis: left out: redis-server is not installed .*\n/m);
    expect(stderr).toMatch(/^kafka: left out: kafka needs Java: .*\n/m);
    const [standing] = JSON.parse(stack(['status', 'redis', '--json'], bare).stdout) as object[];
    expect(standing).toMatchObject({ server: 'redis', state: 'unavailable' });
  });
});

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('npm run stack with a server', obstacle);

(obstacle === undefined ? describe : describe.skip)('npm run stack with a server', () => {
  test('brings it up, shows it, leaves it alone when asked again, and ends it', () => {
    expect(stack(['status', 'redis'])).toMatchObject({ code: 1, stdout: 'redis  down\n' });
    const up = stack(['up', 'redis']);
    expect(up).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ORDERLOOM_REDIS_URL=redis:\/\/127.0.0.1:\d+\n$/),
    });
    expect(up.stderr).toContain('redis: starting ...');
    const status = stack(['status', 'redis', '--json']);
    expect(status.code).toBe(0);
    const [standing] = JSON.parse(status.stdout) as { state: string; pids: number[]; urls: string[] }[];
    expect(standing).toMatchObject({ state: 'up', urls: [up.stdout.trim().split('=')[1]] });
    expect(stack(['logs', 'redis']).stdout).toContain('Ready to accept connections');
    const again = stack(['up', 'redis']);
    expect(again.stdout).toBe(up.stdout);
    expect(again.stderr).toContain('is up already');
    expect(stack(['down', 'redis'])).toMatchObject({ code: 0, stderr: 'redis: has ended\n' });
    expect(identityOf(standing!.pids[0]!)).toBeUndefined();
    expect(stack(['down', 'redis'])).toMatchObject({ code: 0, stderr: 'redis: is not up\n' });
  }, 600_000);

  test('says that one is dead which nobody ended, and starts it anew', () => {
    stack(['up', 'redis']);
    const pidOf = () =>
      (JSON.parse(stack(['status', 'redis', '--json']).stdout) as { pids: number[] }[])[0]!.pids[0]!;
    const first = pidOf();
    process.kill(first, 'SIGKILL');
    expect(stack(['status', 'redis']).stdout).toMatch(/^redis  dead/);
    expect(stack(['up', 'redis']).code).toBe(0);
    expect(pidOf()).not.toBe(first);
    expect(stack(['down', 'redis']).code).toBe(0);
  }, 600_000);
});
