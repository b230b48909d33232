// A projector against a real Elasticsearch that is busy, away, killed, or loses an index: in the end the views equal
// the fold. Each fault has a null control, a sink with one mistake in it, in which the same comparison finds something.
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import {
  createProjector,
  jsonCodec,
  memoryEventSource,
  memoryViewStore,
  projecting,
  type ViewReader,
  type ViewStore,
} from '@orderloom/engine';
import { obstacleTo, ownServer, sharedServer } from '@orderloom/stack';
import {
  accountView,
  bank,
  bankHistory,
  type Fault,
  faultProxy,
  type FaultProxy,
  leftOut,
  outage,
  type Outage,
  random,
  until,
} from '@orderloom/testing';
import { keptViews } from './kept-views.ts';
import { searchClient } from './search-views.ts';
import { searchReader } from './view-reader.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('faults of a real Elasticsearch', obstacle);

jest.setTimeout(120_000);
const START_WITHIN_MS = 900_000;
const history = bankHistory({ accounts: 40, deposits: 20 });
/** Between ten events and the next: the log grows for longer than the server is away, whose pause outlasts a write. */
const PACE_MS = 20;
const AWAY_MS = 1000;
const PATIENCE_MS = 500;
/** What is compared in the end is read from a server that other suites use too. */
const ANSWERS_WITHIN_MS = 20_000;
// One event a group.
const HEAD = history.groups.length;
const HALF = Math.floor(HEAD / 2);
const projectorParts = { codec: jsonCodec(), registry: bank(), projections: [accountView] };
const run = `faults-${process.pid}-${Date.now()}`;
const ends: (() => Promise<unknown>)[] = [];
let runs = 0;

/** A projector over a log, its views in the Elasticsearch at `url`; `wrap` is where a null control is put in. */
const follow = (url: string, wrap: (store: ViewStore) => ViewStore = (store) => store) => {
  const client = searchClient([url], 5000);
  const place = { client, prefix: `${run}-${(runs += 1)}`, generation: 'g1', frames: '1' };
  const kept = keptViews({ ...place, refreshMs: 50, patienceMs: PATIENCE_MS });
  const source = memoryEventSource(1);
  const problems: string[] = [];
  const running = source.run(
    projecting({
      windowMs: 10,
      open: async (partition) =>
        createProjector({ ...projectorParts, store: wrap(await kept.store(`p${partition}`)) }),
      onProblem: ({ error }) => problems.push((error as { code?: string }).code ?? String(error)),
    }),
  );
  const reader = searchReader({ ...place, parts: ['p0'], timeoutMs: ANSWERS_WITHIN_MS });
  ends.push(async () => {
    await source.stop();
    await running;
    await kept.close().catch(() => undefined);
    await client.close();
  });
  const feed = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at++) {
      source.append(0, history.groups[at]!);
      if (at % 10 === 0) await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  };
  const shows = (index: number): Promise<true> =>
    until(
      `event ${String(index)} to be searchable`,
      async () => (await reader.asOf().catch(() => -1)) >= index,
    );
  return { client, place, reader, problems, feed, shows };
};

const everythingOf = async (reader: ViewReader): Promise<Map<string, string>> => {
  const seen = new Map<string, string>();
  for (const key of history.accounts) {
    seen.set(key, JSON.stringify((await reader.get('account', `main/${key}`)) ?? null));
    const frames = await reader.readStream(`main/account/${key}`, 0, 1000);
    seen.set(`history of ${key}`, Buffer.concat([...frames]).toString('base64'));
  }
  for (const list of ['all:', 'owner:owner-7', 'empty:', 'filled:']) {
    const page = await reader.list('account', `main/${list}`, null, 200);
    seen.set(list, page.documents.map(({ id, version }) => `${id}@${version}`).join());
  }
  seen.set('parked', JSON.stringify(await reader.parked()));
  return seen;
};

/** Accounts, histories and lists in which the views are not what the log folds to. */
const differences = async (reader: ViewReader): Promise<string[]> => {
  const fold = memoryViewStore();
  await createProjector({ ...projectorParts, store: fold.store }).apply(history.groups);
  const [expected, found] = [await everythingOf(fold.reader), await everythingOf(reader)];
  return [...expected].filter(([name, value]) => found.get(name) !== value).map(([name]) => name);
};

const isBulk = (path: string): boolean => path.startsWith('/_bulk');
const json = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
const refuse = (status: number) => ({ status, headers: json, body: '{"error":{"type":"planted"}}' });

/** Takes every other document of a bulk request and refuses the rest, as a server does whose queue is full. */
const takeHalf: Fault = async ({ body }, forward) => {
  const lines = body.toString().trimEnd().split('\n');
  const pairs = lines.flatMap((line, at) => (at % 2 === 0 ? [[line, lines[at + 1], ''].join('\n')] : []));
  const taken = await forward(pairs.filter((_, at) => at % 2 === 0).join(''));
  const { items } = JSON.parse(taken.body.toString()) as { items: unknown[] };
  const all = pairs.map((_, at) =>
    at % 2 === 0
      ? items[at / 2]
      : { index: { status: 429, error: { type: 'es_rejected_execution_exception' } } },
  );
  return { ...taken, headers: json, body: JSON.stringify({ items: all }) };
};

/** Every second request goes wrong, each time in another way. */
const troubled = (seed: number): Fault => {
  const dice = random(seed);
  const ways: Fault[] = [
    async () => refuse(429),
    async () => refuse(503),
    async () => 'cut',
    async (_, forward) => {
      await forward();
      return 'cut';
    },
    takeHalf,
  ];
  return async (request, forward) => {
    const way = isBulk(request.path) && dice.chance(0.5) ? dice.oneOf(ways) : undefined;
    return way === undefined ? forward() : way(request, forward);
  };
};

/** Says that everything was written and writes nothing, one time in four. */
const lying = (seed: number): Fault => {
  const dice = random(seed);
  return async ({ path, body }, forward) => {
    if (!isBulk(path) || !body.includes('"account"') || !dice.chance(0.25)) return forward();
    const items = Array.from({ length: body.toString().trimEnd().split('\n').length / 2 }, () => ({
      index: { status: 201 },
    }));
    return { status: 200, headers: json, body: JSON.stringify({ items }) };
  };
};

/** Tells of commits that fail. */
const watched =
  (onFailure: () => void) =>
  (store: ViewStore): ViewStore => ({
    ...store,
    commit: async (batch) => {
      try {
        await store.commit(batch);
      } catch (error) {
        onFailure();
        throw error;
      }
    },
  });

const checkpointFirst =
  (between: () => void) =>
  (store: ViewStore): ViewStore => ({
    ...store,
    commit: async (batch) => {
      await store.commit({ ...batch, writes: [], chunks: [], parked: [] });
      // Reading parked events makes the store write down how far it is.
      await store.parked();
      between();
      await store.commit(batch);
    },
  });
const givingUp = (store: ViewStore): ViewStore => ({
  ...store,
  commit: async (batch) => {
    try {
      await store.commit(batch);
    } catch {
      // The mistake.
    }
  },
});
/** Trusts its own memory more than the store's. */
const holdingOn = (): ((store: ViewStore) => ViewStore) => {
  let known: Awaited<ReturnType<ViewStore['checkpoint']>> | undefined;
  return (store) => ({
    ...store,
    checkpoint: async () => known ?? store.checkpoint(),
    commit: async (batch) => {
      await store.commit(batch);
      known = { ...batch.checkpoint, sequences: Float64Array.from(batch.checkpoint.sequences) };
    },
  });
};

(obstacle === undefined ? describe : describe.skip)('views on a real Elasticsearch', () => {
  let direct: Client;
  let proxy: FaultProxy;

  beforeAll(async () => {
    const { urls } = await sharedServer('elasticsearch');
    direct = searchClient(urls);
    proxy = await faultProxy(urls[0]!);
  }, START_WITHIN_MS);
  afterEach(async () => {
    proxy.set(undefined);
    for (const end of ends.splice(0)) await end();
  });
  afterAll(async () => {
    await drop(`${run}-`);
    await proxy.stop();
    await direct.close();
  });
  const drop = async (prefix: string): Promise<void> => {
    const found = await direct.indices.get({ index: `${prefix}*` });
    for (const index of Object.keys(found)) await direct.indices.delete({ index });
  };

  const followThrough = async (
    fault: (failed: () => number) => Fault,
    wrap: (store: ViewStore) => ViewStore = (store) => store,
  ) => {
    let failed = 0;
    const counting = watched(() => (failed += 1));
    const following = follow(proxy.url, (store) => wrap(counting(store)));
    await following.feed(0, 50);
    await following.shows(50);
    proxy.set(fault(() => failed));
    await following.feed(50, HEAD);
    await following.shows(HEAD);
    proxy.set(undefined);
    return { ...following, found: await differences(following.reader) };
  };

  describe('that answers 429 and 503, takes halves and loses answers', () => {
    it('equal the fold in the end', async () => {
      const { found, reader } = await followThrough(() => troubled(7));
      expect(found).toEqual([]);
      expect(await reader.parked()).toEqual([]);
    });

    it('null control: do not where it says that it has written and has not', async () => {
      expect((await followThrough(() => lying(7))).found).not.toEqual([]);
    });
  });

  describe('that goes away', () => {
    const hasDocuments = (body: Buffer): boolean => body.includes('"account"');
    const awayAfterDocuments = (failed: () => number): Fault =>
      outage({ ms: AWAY_MS, failed, beginsAfter: ({ path, body }) => isBulk(path) && hasDocuments(body) })
        .fault;

    it('pause, park nothing, and equal the fold in the end', async () => {
      const { found, problems } = await followThrough(awayAfterDocuments);
      expect(problems).toContain('views-unavailable');
      expect(found).toEqual([]);
    });

    it('null control: do not where a window that failed is passed over', async () => {
      expect((await followThrough(awayAfterDocuments, givingUp)).found).not.toEqual([]);
    });

    it('null control: do not where the checkpoint is written before the documents', async () => {
      let away: Outage | undefined;
      const wrap = checkpointFirst(() => away?.begin());
      const goesAway = (failed: () => number): Fault => (away = outage({ ms: AWAY_MS, failed })).fault;
      expect((await followThrough(goesAway, wrap)).found).not.toEqual([]);
    });
  });

  describe('that loses an index', () => {
    const lose = async (kind: string, wrap?: (store: ViewStore) => ViewStore) => {
      const following = follow(proxy.url, wrap);
      await following.feed(0, HALF);
      await following.shows(HALF);
      await drop(`${following.place.prefix}-${kind}`);
      await following.feed(HALF, HEAD);
      await following.shows(HEAD);
      return differences(following.reader);
    };

    it.each(['views', 'streams', ''])('%s are built again, and equal the fold in the end', async (kind) => {
      expect(await lose(kind)).toEqual([]);
    });

    it('null control: are not where the checkpoint is remembered', async () => {
      expect(await lose('', holdingOn())).not.toEqual([]);
    });
  });

  describe('that is killed and started again', () => {
    it(
      'equal the fold in the end',
      async () => {
        const server = await ownServer('elasticsearch');
        try {
          const { feed, shows, reader, problems } = follow(server.urls[0]!);
          await feed(0, HALF);
          await shows(1);
          await server.kill('SIGKILL');
          await feed(HALF, HEAD);
          await until('a problem to be told', () => problems.length > 0);
          await server.restart();
          await shows(HEAD);
          expect(await differences(reader)).toEqual([]);
        } finally {
          for (const end of ends.splice(0)) await end();
          await server.stop();
        }
      },
      START_WITHIN_MS,
    );
  });
});
