import { afterEach, describe, expect, test } from '@jest/globals';
import { Gauge } from 'prom-client';
import { metricsRegistry } from './metrics.ts';
import { operationsServer, type OperationsServer } from './operations-server.ts';

const open: OperationsServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const serve = async (views: boolean) => {
  const metrics = metricsRegistry();
  new Gauge({ name: 'things', help: 'how many', registers: [metrics] }).set(3);
  const checks = () => ({ following: true, views });
  const server = await operationsServer({
    ...{ host: '127.0.0.1', port: 0, metrics, checks },
    build: { version: '1.2.3' },
  });
  open.push(server);
  return async (path: string, method = 'GET') => {
    const response = await fetch(`${server.url}${path}`, { method });
    return { status: response.status, body: await response.text() };
  };
};

describe('the operations server', () => {
  test('is healthy whatever its work does', async () => {
    const ask = await serve(false);
    expect(await ask('/healthz')).toEqual({ status: 200, body: '{"status":"ok","version":"1.2.3"}' });
  });

  test.each([
    [true, 200, '{"status":"ready","checks":{"following":true,"views":true}}'],
    [false, 503, '{"status":"not ready","checks":{"following":true,"views":false}}'],
  ])('is ready where every check holds: %s', async (views, status, body) => {
    expect(await (await serve(views))('/readyz')).toEqual({ status, body });
  });

  test('shows its metrics', async () => {
    expect((await (await serve(true))('/metrics?x')).body).toContain('things 3');
  });

  test('has nothing else', async () => {
    const ask = await serve(true);
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/constructor')).status).toBe(404);
    expect((await ask('/healthz', 'POST')).status).toBe(405);
  });
});
