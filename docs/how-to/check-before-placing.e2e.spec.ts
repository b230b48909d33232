// Runs every command of check-before-placing.md in its order, beside the hook of the examples in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { WITH_PARENT } from '@orderloom/testing';
import { pageOnAnEngine, placed } from './page-on-an-engine.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const folder = mkdtempSync(join(tmpdir(), 'orderloom-hooks-'));
const file = join(folder, 'hooks.json');
let hook: ChildProcess;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

beforeAll(async () => {
  const port = await freePort();
  const program = join(import.meta.dirname, '../examples/risk-hook.ts');
  hook = spawn(process.execPath, ['--import', WITH_PARENT, program, String(port)], {
    env: { ...process.env, RISK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  await once(hook.stdout!, 'data');
  writeFileSync(file, JSON.stringify({ risk: { url: `http://127.0.0.1:${String(port)}`, secret } }), {
    mode: 0o600,
  });
}, 60_000);
afterAll(() => {
  hook.kill();
  rmSync(folder, { recursive: true, force: true });
});

pageOnAnEngine('Have somebody asked before an order is placed or paid', {
  file: 'check-before-placing.md',
  shows: ['RegisterHook', 'place', 'history', 'ReleaseHold'],
  env: { ORDERLOOM_HOOKS_FILE: file },
  prepare: async (client) => {
    const risk = { name: 'risk', before: 'placing', budgetMs: 10_000, onTimeout: 'hold' };
    await client.send({ type: 'tenant', key: 'main' }, 'RegisterHook', risk);
    const lines = [{ lineId: '1', sku: 'MUG', quantity: 9, unitPrice: 1_249 }];
    return { LARGE: await placed(client, 'ben', { lines, total: 9 * 1_249 }) };
  },
});
