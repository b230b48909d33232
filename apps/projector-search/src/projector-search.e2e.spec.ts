// The process itself on real servers: orders go in through Kafka, its views in Elasticsearch equal the fold of the log,
// over an orderly stop and a kill; and it says what it lacks.
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  openEngine,
  openProcessors,
  partOf,
  searchedViews,
  searchPlace,
  type SearchedViews,
  untilDecided,
} from '@orderloom/distributed';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { searchClient, searchReader } from '@orderloom/elasticsearch';
import { ensureTenant } from '@orderloom/embedded';
import {
  commandRequest,
  createProjector,
  memoryViewStore,
  projecting,
  type Engine,
  type ViewReader,
} from '@orderloom/engine';
import {
  applyTopics,
  generationsState,
  growTopics,
  kafkaClient,
  kafkaEventSource,
  kafkaJs,
  switchSlots,
} from '@orderloom/kafka';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, mugOrder, mugPayment, until, viewGenerationsContract } from '@orderloom/testing';
import { projections } from '@orderloom/views';
import { describeSchema, publicSchemas, schemaHistory, wireCodec } from '@orderloom/wire';

const needed = ['kafka', 'schema-registry', 'elasticsearch'] as const;
const obstacle = needed.map(obstacleTo).find((found) => found !== undefined);
if (obstacle !== undefined) leftOut('projector-search on real servers', obstacle);
jest.setTimeout(180_000);

const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const PARTITIONS = 2;
const WITHIN_MS = 90_000;
const registry = domainRegistry({ stepper: tableStepper });

const children = new Set<ChildProcess>();

/** The program with these variables: what it said, and how it ended. */
const start = (env: Readonly<Record<string, string>>) => {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM], { env: { PORT: '0', ...env } });
  children.add(child);
  const said = { text: '' };
  child.stdout?.on('data', (bytes: Buffer) => (said.text += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (said.text += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void ended.then(() => children.delete(child));
  const url = (): string => /operations at (\S+)/.exec(said.text)?.[1] ?? '';
  return { child, said, ended, url };
};

describe('projector-search without its servers', () => {
  test('names every variable that is missing, and ends with 78', async () => {
    const { ended, said } = start({});
    expect(await ended).toBe(78);
    for (const name of ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'ELASTICSEARCH_NODES'])
      expect(said.text).toContain(`ORDERLOOM_${name} must be set`);
  });
});

(obstacle === undefined ? describe : describe.skip)('projector-search', () => {
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  let env: Record<string, string>;
  let plant: (generation: string) => Promise<void>;
  let kept: (generation: string) => Promise<number>;
  let forget: (streamId: string) => Promise<void>;
  let brokers: readonly string[] = [];
  let engine: Engine;
  let reader: ViewReader;
  let views: SearchedViews;
  const closing: (() => unknown)[] = [];
  const orders: string[] = [];
  const folds = Array.from({ length: PARTITIONS }, () => memoryViewStore());

  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
    const [registryUrl] = (await sharedServer('schema-registry')).urls;
    const nodes = (await sharedServer('elasticsearch')).urls;
    const url = registryUrl ?? '';
    const described = { url, describe: describeSchema, patienceMs: 60_000, onWait: () => undefined };
    await fillingRegistry(() => publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema }));
    const schemaIds = await openSchemaIds({ ...described, schemas: publicSchemas() });
    const cluster = { brokers, clientId: 'spec' };
    const client = kafkaClient(cluster);
    await applyTopics(kafkaJs(cluster), { partitions: PARTITIONS, prefix, durability: 'dev' });
    const shared = { cluster, schemaIds, partitions: PARTITIONS, prefix };
    const processors = await openProcessors(shared);
    closing.push(processors.stop);
    ({ engine } = await openEngine({ ...shared, processors, waitMs: 60_000 }));
    closing.push(engine.stop);
    await untilDecided(() => ensureTenant(engine, 'main'));
    const codec = wireCodec();
    const reference = await kafkaEventSource({
      kafka: client,
      codec,
      schemaIds,
      groupId: `${prefix}-reference`,
      prefix,
    });
    const following = reference.run(
      projecting({
        windowMs: 0,
        open: async (partition) =>
          createProjector({
            store: folds[partition]!.store,
            ...{ codec, registry, projections, globals: reference.globals },
          }),
      }),
    );
    closing.push(() => reference.stop().then(() => following));
    const search = searchClient(nodes);
    closing.push(async () => {
      for (const index of Object.keys(await search.indices.get({ index: `${prefix}-*` })))
        await search.indices.delete({ index });
      await search.close();
    });
    const parts = Array.from({ length: PARTITIONS }, (_, partition) => partOf(partition));
    reader = searchReader({ ...searchPlace(prefix), client: search, parts, timeoutMs: 20_000 });
    views = searchedViews({ ...shared, client: search });
    env = {
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PREFIX: prefix,
      ORDERLOOM_SCHEMA_REGISTRY_URL: url,
      ORDERLOOM_ELASTICSEARCH_NODES: nodes.join(','),
    };
    const indexOf = (generation: string): string => `${searchPlace(prefix).prefix}-views-${generation}`;
    plant = async (generation) => {
      const id = `order/main/${orders[0]!}`;
      const doc = { document: { planted: true } };
      await search.update({ index: indexOf(generation), id, doc, refresh: true });
    };
    forget = async (streamId) => {
      const index = `${searchPlace(prefix).prefix}-streams-*`;
      const { hits } = await search.search({ index, query: { term: { streamId } }, _source: false });
      for (const hit of hits.hits)
        await search.delete({ index: hit._index, id: hit._id ?? '', routing: streamId, refresh: true });
    };
    kept = async (generation) => ((await search.indices.exists({ index: indexOf(generation) })) ? 1 : 0);
  }, 900_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const close of closing.reverse()) await close();
  }, 120_000);

  /** The last version of each order that a command was answered with. */
  const answered = new Map<string, number>();
  const send = async (key: string, type: string, commandId: string, data: object) => {
    const stream = { tenant: 'main', type: 'order', key };
    const answer = await engine.send(commandRequest({ stream, type, commandId, data }));
    answered.set(answer.stream.key, answer.version);
    return answer;
  };
  const sell = async (count: number): Promise<void> => {
    for (let at = orders.length, end = at + count; at < end; at++) {
      const placed = await send('', 'PlaceOrder', `place-${at}`, mugOrder(String(at)));
      orders.push(placed.stream.key);
      const payment = mugPayment(`p-${at}`);
      if (at % 2 === 0) await send(placed.stream.key, 'ConfirmPayment', `pay-${at}`, payment);
    }
  };
  const folded = async (id: string) => {
    const found = await Promise.all(folds.map((fold) => fold.reader.get('order', id)));
    return found.find((document) => document !== undefined);
  };
  const equalsFold = async (): Promise<void> => {
    const index = async (): Promise<number> =>
      (await Promise.all(folds.map((fold) => fold.reader.asOf()))).reduce((sum, at) => sum + at, 0);
    for (const [key, version] of answered)
      await until(
        'the order to be folded',
        async () => ((await folded(`main/${key}`))?.version ?? 0) >= version,
        WITHIN_MS,
      );
    await until(
      'all to be searchable',
      async () => (await reader.asOf().catch(() => -1)) >= (await index()),
      WITHIN_MS,
    );
    for (const key of orders) {
      const [expected, shown] = await until(
        'both to be as far',
        async () => {
          const both = [await folded(`main/${key}`), await reader.get('order', `main/${key}`)] as const;
          return both[0]?.version === both[1]?.version && both;
        },
        WITHIN_MS,
      );
      expect(expected).toBeDefined();
      expect(shown).toEqual(JSON.parse(JSON.stringify(expected)));
    }
    const listed = await reader.list('order', 'main/all:', null, 200);
    expect(listed.documents.map(({ id }) => id)).toEqual(
      orders
        .map((key) => `main/${key}`)
        .sort()
        .reverse(),
    );
    expect(await reader.parked()).toEqual([]);
  };

  test('shows what the log folds to, is ready and counts, and stops in order', async () => {
    const { child, ended, url } = start(env);
    await sell(10);
    await equalsFold();
    expect((await fetch(`${url()}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url()}/metrics`)).text();
    expect(metrics).toMatch(/orderloom_projector_events_total\{partition="\d"\} [1-9]/);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('goes on where it stopped, also after a kill', async () => {
    await sell(5);
    const first = start(env);
    await equalsFold();
    first.child.kill('SIGKILL');
    await first.ended;
    await sell(5);
    const second = start(env);
    await equalsFold();
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  viewGenerationsContract({
    name: 'Elasticsearch',
    create: async () => {
      let program = start(env);
      const shown = async () => (await views.reader.list('order', 'main/all:', null, 200)).documents;
      return {
        generations: () => views.generations,
        sell: async (count) => {
          await sell(count);
          await until('all to be shown', async () => (await shown()).length === orders.length, WITHIN_MS);
        },
        shown,
        plant,
        kill: async () => {
          program.child.kill('SIGKILL');
          await program.ended;
          program = start(env);
        },
        kept,
        dispose: async () => {
          program.child.kill('SIGTERM');
          expect(await program.ended).toBe(0);
        },
      };
    },
  });

  test('has histories that a comparison holds against the log: a hole in one is named', async () => {
    const compared = async () => {
      await views.generations.compare((await views.generations.report()).placement.live);
      const isOver = async () => (await views.generations.report()).work === null;
      await until('the comparison to end', isOver, WITHIN_MS);
      return (await views.generations.report()).last?.comparison;
    };
    const whole = await compared();
    expect([whole?.differences, (whole?.histories ?? 0) > orders.length]).toEqual([0, true]);
    await forget(`main/order/${orders[0]!}`);
    expect(await compared()).toMatchObject({
      ...{ differences: 1, first: { view: '$history', id: `main/order/${orders[0]!}` } },
    });
  });

  test('follows slots to a new generation of topics', async () => {
    const { child, ended } = start(env);
    const unpaid = orders.filter((_, at) => at % 2 === 1);
    const at = { kafka: kafkaClient({ brokers, clientId: 'operator' }), prefix };
    const js = kafkaJs({ brokers, clientId: 'operator' });
    await growTopics(at, { js, partitions: 2 * PARTITIONS, durability: 'dev' });
    await switchSlots(at, 2);
    await until(
      'the slots to have moved',
      async () => (await generationsState(at)).slots[0] === 0,
      WITHIN_MS,
    );
    const paid = await Promise.all(
      unpaid.map((key) =>
        send(key, 'ConfirmPayment', `pay-${key}`, {
          ...{ paymentId: `p-${key}`, amount: 1250, currency: 'EUR', provider: 'bank' },
        }),
      ),
    );
    for (const { stream, version } of paid)
      await until(
        'the order to be shown',
        async () => (await reader.get('order', `main/${stream.key}`))?.version === version,
        WITHIN_MS,
      );
    expect(await reader.parked()).toEqual([]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
