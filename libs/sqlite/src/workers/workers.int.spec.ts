import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import type { EngineError, StoredGroup, ViewReader } from '@orderloom/engine';
import { aGroup, until } from '@orderloom/testing';
import { openLog, type SqliteLog } from '../log/event-log.ts';
import { openViewStore } from '../views/view-store.ts';
import { queryWorker, type QueryWorkerOptions } from './query-worker.ts';
import { viewsWorker, type ViewsWorkerOptions } from './views-worker.ts';
import type { WorkerEntry } from './worker-entry.ts';

const GENERATION = 'g1';
const GIVEN_UP = process.env['ORDERLOOM_SIZE'] === 'full' ? 500 : 15;
const folders: string[] = [];
const stopping: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stopping.splice(0).reverse()) await stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-workers-'));
  folders.push(folder);
  return folder;
};

/** A worker's entry file, written here so that a spec can say what its worker does. */
const entryOf = (code: string): WorkerEntry => {
  const door = JSON.stringify(new URL('../index.ts', import.meta.url).href);
  return {
    url: new URL(`data:text/javascript,${encodeURIComponent(`import * as door from ${door}; ${code}`)}`),
    execArgv: ['--conditions=@orderloom/source'],
  };
};

/** Writes one document that names the last group; the first group of 13 events ends the thread. */
const PROJECTING = entryOf(`
  import { existsSync, writeFileSync } from 'node:fs';
  await door.serveViewsWorker((store, { schemas, data }) => ({
    checkpointIndex: async () => store.checkpoint().index,
    apply: async (groups) => {
      const last = groups.at(-1);
      const index = last.first + last.count - 1;
      const before = store.checkpoint().index;
      if (last.count === 13 && !existsSync(data.grave)) {
        writeFileSync(data.grave, '');
        process.exit(3);
      }
      const document = { from: groups[0].first, to: index, before, schemas: schemas.length };
      store.commit({
        writes: [{ view: 'seen', id: 'last', version: index, document, lists: [], sortKey: '' }],
        removals: [], chunks: [], parked: [],
        checkpoint: { index, sequences: new Float64Array(${SLOTS}) },
      });
    },
  }));`);

const aLog = (folder: string): SqliteLog => {
  const schemas = [{ name: 'OrderPlaced', fingerprint: 'aa', json: '{}' }];
  const log = openLog(folder, { schemas });
  stopping.push(() => log.close());
  return log;
};
const someViews = async (folder: string, log: SqliteLog, more: Partial<ViewsWorkerOptions> = {}) => {
  const reader = queryWorker({ folder, generation: GENERATION });
  const data = { grave: join(folder, 'grave') };
  const base = { folder, generation: GENERATION, head: log.head(), entry: PROJECTING, reader, data };
  const views = await viewsWorker({ ...base, ...more });
  stopping.push(() => views.stop());
  const reach = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const off = views.onAdvance(() => {
        if (views.checkpoint() < index) return;
        off();
        resolve();
      });
      if (views.checkpoint() >= index) resolve();
    });
  return { views, reach };
};
const append = (log: SqliteLog, count: number, size = 100): StoredGroup => {
  const group = aGroup(log.head() + 1, count, { frames: new Uint8Array(size).fill(count) });
  log.append(group);
  return group;
};

describe('the views worker', () => {
  it('shows what was in the log and what is fed', async () => {
    const folder = aFolder();
    const log = aLog(folder);
    append(log, 5);
    const { views, reach } = await someViews(folder, log);
    await reach(5);
    views.feed(append(log, 2));
    views.wanted?.(7);
    await reach(7);
    const seen = await views.reader.get('seen', 'last');
    expect(seen).toMatchObject({ version: 7, document: { from: 6, to: 7, before: 5, schemas: 1 } });
    expect(await views.reader.asOf()).toBe(7);
    expect(views.busyMs()).toBeGreaterThan(0);
  });

  it('goes on where it stopped, and leaves other generations alone', async () => {
    const folder = aFolder();
    const log = aLog(folder);
    writeFileSync(join(folder, 'views-old.db'), 'x');
    const first = await someViews(folder, log);
    first.views.feed(append(log, 4));
    await first.views.stop();
    expect(readdirSync(folder).filter((name) => name.startsWith('views-'))).toEqual([
      'views-g1.db',
      'views-old.db',
    ]);
    append(log, 4);
    const second = await someViews(folder, log);
    await second.reach(8);
    expect(await second.views.reader.get('seen', 'last')).toMatchObject({ document: { before: 4 } });
  });

  it('reads from the log what did not fit into its queue', async () => {
    const folder = aFolder();
    const log = aLog(folder);
    const { views, reach } = await someViews(folder, log, { maxQueuedBytes: 50_000 });
    for (let at = 0; at < 100; at++) views.feed(append(log, 1, 10_000));
    await reach(100);
    views.feed(append(log, 1));
    await reach(101);
  });

  it('is started again when it dies', async () => {
    const folder = aFolder();
    const log = aLog(folder);
    const { views, reach } = await someViews(folder, log);
    views.feed(append(log, 2));
    await reach(2);
    views.feed(append(log, 13));
    views.feed(append(log, 1));
    await reach(16);
  }, 20_000);

  it('says so when it cannot begin', async () => {
    const folder = aFolder();
    const log = aLog(folder);
    const problems: string[] = [];
    const entry = entryOf('throw new Error("no such codec")');
    const starting = someViews(folder, log, { entry, onProblem: (message) => problems.push(message) });
    await expect(starting).rejects.toMatchObject({ code: 'views-unavailable' });
    expect(problems).toEqual([expect.stringContaining('no such codec')]);
  });
});

describe('the query worker', () => {
  const aReader = (folder: string, options: Partial<QueryWorkerOptions> = {}) => {
    const reader = queryWorker({ folder, generation: GENERATION, ...options });
    stopping.push(() => reader.close());
    return reader;
  };
  const withStore = (): string => {
    const folder = aFolder();
    const store = openViewStore(folder, GENERATION);
    stopping.push(() => store.close());
    return folder;
  };
  /** Hangs when it is asked for a document called `slow`, counts in SQLite for `count-NUMBER`, dies for `fatal`. */
  const SLOW = entryOf(`
    import { DatabaseSync } from 'node:sqlite';
    const counting = new DatabaseSync(':memory:').prepare(
      'with recursive c(n) as (select 1 union all select n + 1 from c limit ?) select sum(n) from c');
    door.serveQueries((folder, generation) => {
      const reader = door.openViewReader(folder, generation);
      return { ...reader, get: async (view, id) => {
        if (id === 'fatal') process.exit(1);
        if (id.startsWith('count-')) counting.get(Number(id.slice(6)));
        while (id === 'slow');
        return { id, version: 1, document: null };
      } };
    });`);

  /** What a query comes to: the document's id, or the code of the refusal. */
  const answerTo = (reader: ViewReader, id: string) =>
    reader.get('order', id).then(
      (document) => document?.id,
      (error: unknown) => (error as EngineError).code,
    );

  it('gives up a slow query, and answers the others', async () => {
    const reader = aReader(withStore(), { entry: SLOW, timeLimitMs: 1000 });
    const answers = await Promise.all(['a', 'slow', 'b', 'slow', 'c'].map((id) => answerTo(reader, id)));
    expect(answers).toEqual(['a', 'query-timeout', 'b', 'query-timeout', 'c']);
  });

  it('refuses while statements that were given up still run, and answers when they have ended', async () => {
    const reader = aReader(withStore(), { entry: SLOW, timeLimitMs: 50 });
    // The first one counts for longer than a second thread takes to begin.
    const asked = ['count-20000000', 'count-3000000', 'a'];
    const hung = await Promise.all(asked.map((id) => answerTo(reader, id)));
    expect(hung).toEqual(['query-timeout', 'query-timeout', 'views-unavailable']);
    await until('a statement to have ended', async () => (await answerTo(reader, 'a')) === 'a');
  });

  // What would fail here is the process that runs the spec: a native crash in a thread takes all others along.
  it('is not taken along by what it gives up, however often', async () => {
    const reader = aReader(withStore(), { entry: SLOW, timeLimitMs: 25 });
    for (let round = 0; round < GIVEN_UP; round++) {
      const [, slow] = await Promise.all(['a', 'slow', 'b'].map((id) => answerTo(reader, id)));
      expect(slow).toBe('query-timeout');
      if (round % 4 === 0) expect(await answerTo(reader, 'fatal')).not.toBe('fatal');
    }
    expect(await answerTo(aReader(withStore(), { entry: SLOW }), 'a')).toBe('a');
  }, 600_000);

  it('survives its thread', async () => {
    const reader = aReader(withStore(), { entry: SLOW });
    await expect(reader.get('order', 'fatal')).rejects.toMatchObject({ code: 'views-unavailable' });
    expect(await reader.get('order', 'a')).toMatchObject({ id: 'a' });
  });

  it('passes errors on with their code', async () => {
    await expect(aReader(aFolder()).asOf()).rejects.toMatchObject({
      code: 'views-unavailable',
      retryable: true,
    });
  });

  it('answers many queries at once, in their order', async () => {
    const reader = aReader(withStore());
    const indices = await Promise.all(Array.from({ length: 500 }, () => reader.asOf()));
    expect(indices).toEqual(Array(500).fill(0));
  });

  it('refuses when it is closed', async () => {
    const reader = aReader(withStore());
    const asked = expect(reader.asOf()).rejects.toMatchObject({ code: 'views-unavailable' });
    await reader.close();
    await asked;
    await expect(reader.asOf()).rejects.toMatchObject({ code: 'views-unavailable' });
  });
});
