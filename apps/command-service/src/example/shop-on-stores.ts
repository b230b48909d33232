// One engine, whose views are kept a second time in memory and a third time in Elasticsearch: the same HTTP edge in front of
// each.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { openSearchViews, searchClient, searchReader } from '@orderloom/elasticsearch';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import {
  createProjector,
  memoryViewStore,
  type Engine,
  type ViewReader,
  type ViewStore,
} from '@orderloom/engine';
import { createHttpServer, type HttpServer } from '@orderloom/http';
import { edgeOptions } from '@orderloom/nest';
import { readLog } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';

/** Brings the whole log into a store; `fold` may be called again, and with a store that is not what it should be. */
export type Feed = (fold: (into: ViewStore) => Promise<void>, store: ViewStore) => Promise<void>;

export type ShopOnStores = {
  /** Address of an edge whose lists are answered by SQLite; by memory or Elasticsearch, as far as the log went when asked for. */
  readonly sqlite: string;
  readonly memory: () => Promise<string>;
  readonly elasticsearch: (nodes: readonly string[], feed?: Feed) => Promise<string>;
  /** Resolves when SQLite shows everything. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const silent = { warn: () => undefined, error: () => undefined };
const build = { version: '0.0.0', profile: 'embedded', durability: 'off' };

const readingFrom = (reader: ViewReader): Pick<Engine, 'search' | 'list' | 'sums'> => ({
  search: reader.search,
  list: (view, tenant, list, before, limit) => reader.list(view, `${tenant}/${list}`, before, limit),
  sums: (view, tenant, list) => reader.sums(view, `${tenant}/${list}`),
});

const serve = async (embedded: Embedded, reader?: ViewReader): Promise<HttpServer> => {
  const { engine, registry, keyStore, precheck } = embedded;
  const searching = reader === undefined ? engine : { ...engine, ...readingFrom(reader) };
  const server = await createHttpServer(
    edgeOptions({ engine: searching, registry, keyStore, precheck, build, log: silent }),
  );
  await server.listen(0, '127.0.0.1');
  return server;
};

/** Folds the whole log into another store. */
const project = async (folder: string, store: ViewStore): Promise<void> => {
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const registry = domainRegistry({ stepper: tableStepper });
  await createProjector({ store, codec, registry, projections }).apply([...log.read(0)]);
  log.close();
};

/** A shop in which nothing has happened yet. */
export const shopOnStores = async (): Promise<ShopOnStores> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-stores-'));
  const embedded = await openEmbedded({ folder, durability: 'off' });
  await ensureTenant(embedded.engine, 'main');
  const first = await serve(embedded);
  const servers = [first];
  const ends: (() => Promise<unknown>)[] = [];

  const before = async (reader: ViewReader): Promise<string> => {
    const server = await serve(embedded, reader);
    servers.push(server);
    return server.url();
  };
  return {
    sqlite: first.url(),
    settled: embedded.engine.settled,
    memory: async () => {
      const { store, reader } = memoryViewStore();
      await project(folder, store);
      return before(reader);
    },
    elasticsearch: async (nodes, feed = (fold, store) => fold(store)) => {
      const client = searchClient(nodes);
      const place = { client, prefix: `search-${randomUUID().slice(0, 8)}`, generation: 'g', frames: '1' };
      const views = await openSearchViews(place);
      await feed((into) => project(folder, into), views.store('log'));
      await views.refreshed();
      ends.push(async () => {
        await views.close();
        const made = Object.keys(await client.indices.get({ index: `${place.prefix}-*` }));
        for (const index of made) await client.indices.delete({ index });
        await client.close();
      });
      return before(searchReader({ ...place, parts: ['log'], timeoutMs: 30_000 }));
    },
    close: async () => {
      for (const server of servers) await server.close();
      for (const end of ends) await end();
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
