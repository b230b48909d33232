// One order, three processes and a consumer with an SDK of its own: one trace from the HTTP request over Kafka to the
// views. Many at once: each transaction is linked to the commands that it decided, each window to its events.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connect } from '@orderloom/client';
import { applyTopics, kafkaJs } from '@orderloom/kafka';
import { startTracing } from '@orderloom/otlp';
import { publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { describeSchema, schemaHistory } from '@orderloom/wire';
import { builtProgram, startApp, type App } from '../promises/app.ts';
import { people, tracesIn } from '../promises/planted.ts';
import { cleanUp, startProgram } from '../promises/scratch.ts';
import { until } from '../promises/until.ts';
import { startCollector, type CollectedSpan, type Collector } from './collector.ts';

const needed = ['kafka', 'schema-registry', 'elasticsearch'] as const;
const obstacle = needed.map(obstacleTo).find((found) => found !== undefined);
if (obstacle !== undefined) leftOut('traces over Kafka', obstacle);
jest.setTimeout(180_000);

const PARTITIONS = 2;
const AT_ONCE = 20;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const UNTRACED = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-00`;
const CALLER = 'b7ad6b7169203331';

(obstacle === undefined ? describe : describe.skip)('an engine on Kafka that is told of a collector', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-tracing-'));
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  const handled: string[] = [];
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let collector: Collector;
  let app: App;

  beforeAll(async () => {
    const brokers = (await sharedServer('kafka')).urls;
    const [registry = ''] = (await sharedServer('schema-registry')).urls;
    const nodes = (await sharedServer('elasticsearch')).urls;
    await fillingRegistry(() =>
      publishSchemas({ url: registry, schemas: schemaHistory(), describe: describeSchema }),
    );
    await applyTopics(kafkaJs({ brokers, clientId: 'spec' }), {
      ...{ partitions: PARTITIONS, prefix, durability: 'dev' },
    });
    collector = await startCollector();
    closers.push(collector.close);
    const env = {
      ORDERLOOM_PROFILE: 'kafka',
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
      ORDERLOOM_KAFKA_PREFIX: prefix,
      ORDERLOOM_SCHEMA_REGISTRY_URL: registry,
      ORDERLOOM_ELASTICSEARCH_NODES: nodes.join(','),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    const spans = await startTracing(collector.url, { name: 'warehouse', version: '1' });
    closers.push(spans.stop);
    startProgram([builtProgram('projector-search')], { ...env, PORT: '0' });
    app = await startApp(folder, env);
    const client = await connect({
      kafka: { brokers, prefix, partitions: PARTITIONS, schemaRegistryUrl: registry },
    });
    closers.push(client.stop);
    await client.consume('warehouse', ({ stream }) => void handled.push(stream.key));
  }, 900_000);
  afterAll(async () => {
    await cleanUp();
    for (const close of closers.reverse()) await close();
  }, 60_000);

  const place = (n: number, traceparent: string): Promise<Response> =>
    fetch(`${app.url}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `"cart-${String(n)}"`, traceparent },
      body: JSON.stringify({
        ...{ buyerId: `buyer-${String(n)}`, merchantId: 'm-1', currency: 'EUR', total: 1250 },
        lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1250 }],
        receiver: people[n % people.length],
      }),
    });
  beforeAll(async () => {
    // Whoever is answered in time is answered in one request: partitions that are open answer in time.
    for (let n = 0; n < 4 * PARTITIONS; n++)
      await until(
        'the partitions to be open',
        async () => (await place(AT_ONCE + 1 + n, UNTRACED)).status < 202,
      );
  }, 300_000);

  const kindOf = ({ service, name }: CollectedSpan): string => `${service}: ${name}`;
  const inTrace = (traceId: string): Map<string, CollectedSpan> =>
    new Map(
      collector
        .spans()
        .filter((span) => span.traceId === traceId)
        .map((span) => [kindOf(span), span]),
    );

  test('shows one order in one trace, from its request to the views and to its consumer', async () => {
    expect((await place(0, `00-${TRACE}-${CALLER}-01`)).status).toBe(201);
    const trace = await until('the whole trace', () => {
      const found = inTrace(TRACE);
      return found.size === 5 && found;
    });
    const [request, sent, decided, projected, consumed] = [
      'command-service: POST /v1/orders',
      `command-service: send ${prefix}.order.commands.v1`,
      'command-service: decide',
      'projector-search: project',
      'warehouse: handle OrderPlaced',
    ].map((kind) => trace.get(kind));
    expect(request).toMatchObject({ parent: CALLER, kind: 'server' });
    expect(sent).toMatchObject({ parent: request?.spanId, kind: 'producer' });
    expect(decided).toMatchObject({ parent: sent?.spanId, links: [sent?.spanId], kind: 'consumer' });
    expect(projected).toMatchObject({ parent: sent?.spanId, links: [sent?.spanId], kind: 'consumer' });
    expect(consumed).toMatchObject({ parent: sent?.spanId, kind: 'consumer' });
    expect(projected?.attributes).toMatchObject({ 'orderloom.events': expect.any(Number) });
  });

  test('links transactions and windows to what is in them, and names nobody', async () => {
    const traces = Array.from({ length: AT_ONCE }, (_, n) => (n + 1).toString(16).padStart(32, 'a'));
    await Promise.all(traces.map((traceId, n) => place(n + 1, `00-${traceId}-${CALLER}-01`)));
    const sentIds = await until('every command to be sent', () => {
      const sent = collector.spans().filter(({ kind }) => kind === 'producer');
      const ids = sent.filter(({ traceId }) => traces.includes(traceId)).map(({ spanId }) => spanId);
      return ids.length === AT_ONCE && ids;
    });
    for (const name of ['decide', 'project']) {
      const spans = await until(`every command to be linked from ${name}`, () => {
        const found = collector.spans().filter((span) => span.name === name);
        const links = new Set(found.flatMap((span) => span.links));
        return sentIds.every((id) => links.has(id)) && found;
      });
      for (const { links, parent } of spans)
        expect(parent).toBe(links.length === 1 ? (links[0] ?? null) : null);
    }
    expect(tracesIn('spans', collector.bytes())).toEqual([]);
    expect(collector.bytes()).not.toMatch(/cart-|buyer-/);
    const kinds = new Set(collector.spans().map(({ name }) => name.split(' ')[0]));
    expect([...kinds].sort()).toEqual(['POST', 'decide', 'handle', 'project', 'send']);
  });
});
