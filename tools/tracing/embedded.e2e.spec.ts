// One process and a real collector: what a request causes is seen in its caller's trace, many requests that share one
// commit are linked and not merged, and of no person, key or address a word is said.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startApp, type App } from '../promises/app.ts';
import { people, tracesIn } from '../promises/planted.ts';
import { startCollector, type CollectedSpan, type Collector } from './collector.ts';

const AT_ONCE = 40;
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
/** The trace of the nth caller, with the span that it sends from. */
const caller = (n: number) => ({ traceId: hex(0xabc000 + n, 32), spanId: hex(0xdef000 + n, 16) });
const traceparent = (n: number, flags = '01'): string =>
  `00-${caller(n).traceId}-${caller(n).spanId}-${flags}`;

describe('an engine that is told of a collector', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-tracing-'));
  let collector: Collector;
  let app: App;

  beforeEach(async () => {
    collector = await startCollector();
    app = await startApp(folder, { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` });
  });
  afterEach(async () => {
    await app.kill();
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const place = (n: number, flags?: string): Promise<Response> =>
    fetch(`${app.url}/v1/orders`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': `"cart-${String(n)}"`,
        traceparent: traceparent(n, flags),
      },
      body: JSON.stringify({
        ...{ buyerId: `buyer-${String(n)}`, merchantId: 'm-1', currency: 'EUR', total: 1250 },
        lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1250 }],
        receiver: people[n % people.length],
      }),
    });
  const named = (name: string): readonly CollectedSpan[] =>
    collector.spans().filter((span) => span.name === name);
  /** Everything is sent when it has stopped. */
  const stopped = async (): Promise<void> => {
    expect(await app.stop()).toBe(0);
  };

  test('continues its caller’s trace in the request and in the commit', async () => {
    expect((await place(1)).status).toBe(201);
    await stopped();
    const [request] = named('POST /v1/orders');
    expect(request).toMatchObject({ ...caller(1), spanId: expect.any(String), parent: caller(1).spanId });
    expect(request).toMatchObject({ service: 'command-service', kind: 'server', failed: false });
    expect(request?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/orders',
      'http.response.status_code': 201,
    });
    expect(named('decide')).toMatchObject([
      { traceId: caller(1).traceId, parent: request?.spanId, links: [request?.spanId], kind: 'consumer' },
    ]);
  });

  test('links the commits to each of the requests that share them', async () => {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => place(n)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    await stopped();
    const requests = new Map(named('POST /v1/orders').map((span) => [span.spanId, span]));
    const commits = named('decide');
    expect(commits.flatMap(({ links }) => links).sort()).toEqual([...requests.keys()].sort());
    expect(commits.some(({ links }) => links.length > 1)).toBe(true);
    for (const { links, parent } of commits)
      expect(parent).toBe(links.length === 1 ? (links[0] ?? null) : null);
    expect(tracesIn('spans', collector.bytes())).toEqual([]);
    expect(collector.bytes()).not.toMatch(/cart-|buyer-/);
  });

  test('tells a refused caller the trace that its request is found in', async () => {
    const answer = await fetch(`${app.url}/v1/orders/none/commands`, { method: 'POST' });
    const { traceId } = (await answer.json()) as { traceId: string };
    await stopped();
    expect(collector.spans()).toMatchObject([{ traceId, name: 'POST /v1/:collection/:key/commands' }]);
  });

  test('records nothing of a trace that its caller does not record', async () => {
    expect((await place(1, '00')).status).toBe(201);
    await stopped();
    expect(collector.spans()).toEqual([]);
  });

  test('serves, and stops in order, while the collector is away', async () => {
    await collector.close();
    expect((await place(1)).status).toBe(201);
    const began = Date.now();
    await stopped();
    expect(Date.now() - began).toBeLessThan(60_000);
  });
});
