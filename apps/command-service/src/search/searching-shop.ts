// The example orders in one engine, whose views are kept a second time in memory and a third time in Elasticsearch: the
// same HTTP edge in front of each.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { openSearchViews, searchClient, searchReader } from '@orderloom/elasticsearch';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import { createProjector, memoryViewStore, type ViewReader, type ViewStore } from '@orderloom/engine';
import { createHttpServer, type HttpServer } from '@orderloom/http';
import { edgeOptions } from '@orderloom/nest';
import { readLog } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { ask, write } from '../example/ask.ts';
import { EXAMPLE_ORDERS, type ExampleOrder } from './example-orders.ts';

export type SearchingShop = {
  /** Order's name -> its id. */
  readonly ids: ReadonlyMap<string, string>;
  /** Address of an edge whose searches are answered by SQLite, by memory, or by Elasticsearch. */
  readonly sqlite: string;
  readonly memory: () => Promise<string>;
  readonly elasticsearch: (nodes: readonly string[]) => Promise<string>;
  readonly close: () => Promise<void>;
};

const silent = { warn: () => undefined, error: () => undefined };
const build = { version: '0.0.0', profile: 'embedded', durability: 'off' };

const serve = async (embedded: Embedded, reader?: ViewReader): Promise<HttpServer> => {
  const { engine, registry, keyStore, precheck } = embedded;
  const searching = reader === undefined ? engine : { ...engine, search: reader.search };
  const server = await createHttpServer(
    edgeOptions({ engine: searching, registry, keyStore, precheck, build, log: silent }),
  );
  await server.listen(0, '127.0.0.1');
  return server;
};

/** Two orders of one millisecond are in the order of their slots: each is given its own. */
const nextMillisecond = async (): Promise<void> => {
  for (const now = Date.now(); Date.now() === now;) await pause(1);
};

const bodyOf = ({ number, buyer, merchant, skus, receiver, lifecycle }: ExampleOrder): object => ({
  ...{ buyerId: buyer, merchantId: merchant, currency: 'EUR', total: 100 * skus.length, externalId: number },
  lines: skus.map((sku, at) => ({ lineId: String(at), sku, quantity: 1, unitPrice: 100 })),
  ...(receiver && { receiver }),
  ...(lifecycle && { lifecycle }),
});

const live = async (url: string, order: ExampleOrder): Promise<string> => {
  const done = async (path: string, body: object): Promise<string> => {
    const answer = await ask(url, path, write(body));
    if (answer.status >= 300) throw new Error(`${order.name}: ${answer.text}`);
    return String(answer.body['orderId']);
  };
  const id = await done('/v1/orders', bodyOf(order));
  const send = (type: string, data: object) => done(`/v1/orders/${id}/commands`, { type, data });
  const { payment, parcel, skus } = order;
  const total = 100 * skus.length;
  if (payment)
    await send('ConfirmPayment', { paymentId: payment, amount: total, currency: 'EUR', provider: 'bank' });
  const lines = skus.map((_, at) => ({ lineId: String(at), quantity: 1 }));
  if (parcel) await send('ShipLines', { parcelId: parcel, lines });
  await nextMillisecond();
  return id;
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

/** The example orders, placed one after the other, some of them paid and shipped. */
export const searchingShop = async (): Promise<SearchingShop> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-search-'));
  const embedded = await openEmbedded({ folder, durability: 'off' });
  await ensureTenant(embedded.engine, 'main');
  const servers = [await serve(embedded)];
  const ends: (() => Promise<unknown>)[] = [];
  const sqlite = servers[0]?.url() ?? '';
  const ids = new Map<string, string>();
  for (const order of EXAMPLE_ORDERS) ids.set(order.name, await live(sqlite, order));
  await embedded.engine.settled();

  const before = async (reader: ViewReader): Promise<string> => {
    const server = await serve(embedded, reader);
    servers.push(server);
    return server.url();
  };
  return {
    ids,
    sqlite,
    memory: async () => {
      const { store, reader } = memoryViewStore();
      await project(folder, store);
      return before(reader);
    },
    elasticsearch: async (nodes) => {
      const client = searchClient(nodes);
      const place = { client, prefix: `search-${randomUUID().slice(0, 8)}`, generation: 'g', frames: '1' };
      const views = await openSearchViews(place);
      await project(folder, views.store('log'));
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
