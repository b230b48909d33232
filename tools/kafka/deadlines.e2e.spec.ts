// The processors are away while orders pass their due time, with their payments in the topic, in wrong partitions and
// behind a backlog. The backlog goes first and the payments with it; with the simple rule, that a deadline waits for its
// own partition only, the same run cancels paid orders.
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { unchangedPolicy } from '@orderloom/domain';
import { commandRequest, type CommandRequest, type Engine } from '@orderloom/engine';
import {
  commandWriter,
  generationsState,
  growTopics,
  kafkaClient,
  kafkaJs,
  switchSlots,
  topicNames,
} from '@orderloom/kafka';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { wireCommands } from '@orderloom/wire';
import { inTime } from '../promises/in-time.ts';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { noticedByChance } from './by-chance.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { endAll, startProcessors, untilShared } from './processes.ts';
import { readLog } from './read-log.ts';
import { freshTopics, openShop, pay, place, receive } from './shop.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('deadlines behind a backlog on a real broker', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(900_000);

const PARTITIONS = 4;
const ORDERS = size(100, 1_000);
const BACKLOG = size(6_000, 20_000);
const PAYMENT_TIMEOUT_MS = size(6_000, 15_000);

const toTenant = (type: string, data: object, commandId: string): CommandRequest =>
  commandRequest({ stream: { tenant: 'main', type: 'tenant', key: 'main' }, type, data, commandId });

here('deadlines', () => {
  let brokers: readonly string[] = [];
  let shop: Engine | undefined;
  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
  }, 900_000);
  afterEach(async () => {
    await shop?.stop();
    shop = undefined;
  });
  afterAll(endAll);

  /** Puts commands where a CRC32 partitioner would: for most of them that is the wrong partition. */
  const misrouted = async (topics: ProgramOptions) => {
    const write = commandWriter(wireCommands(), exampleOptions(topics).schemaIds);
    const producer = kafkaJs({ brokers, clientId: 'foreign' }).producer();
    await producer.connect();
    const messagesOf = (requests: readonly CommandRequest[]) =>
      requests.map((request) => ({
        ...write(request),
        partition: crc32(request.commandId) % PARTITIONS,
      }));
    const put = async (messages: ReturnType<typeof messagesOf>): Promise<void> => {
      for (let at = 0; at < messages.length; at += 1_000)
        await producer.send({
          topic: topicNames(topics.prefix).commands,
          messages: messages.slice(at, at + 1_000),
        });
    };
    return { messagesOf, put, disconnect: () => producer.disconnect() };
  };

  /** Every slot goes to a second generation of topics; gives the number of partitions that there are then. */
  const moveSlots = async ({ prefix }: ProgramOptions): Promise<number> => {
    const at = { kafka: kafkaClient({ brokers, clientId: 'operator' }), prefix };
    const js = kafkaJs({ brokers, clientId: 'operator' });
    await growTopics(at, { js, partitions: 2 * PARTITIONS, durability: 'dev' });
    await switchSlots(at, 2);
    await until('the slots to be there', async () => (await generationsState(at)).slots[0] === 0);
    return 3 * PARTITIONS;
  };

  type Outage = { readonly mechanisms?: ProgramOptions['mechanisms']; readonly moved?: boolean };

  /**
   * What became of orders whose payments came in time, while nobody decided; `moved`: to topics that slots had left;
   * `undefined`: the payments did not come in time.
   */
  const outageWith = async (timeoutMs: number, { mechanisms, moved = false }: Outage) => {
    const topics = await freshTopics(brokers, PARTITIONS);
    const options = { ...topics, ...(mechanisms === undefined ? {} : { mechanisms }) };
    const before = startProcessors(options);
    await untilShared([before], PARTITIONS);
    await shop?.stop();
    const open = (shop = await openShop(topics));
    const { messagesOf, put, disconnect } = await misrouted(topics);
    const backlog = messagesOf(Array.from({ length: BACKLOG }, (_, n) => receive(n)));
    const partitions = moved ? await moveSlots(topics) : PARTITIONS;
    const policy = { ...unchangedPolicy, paymentTimeoutMs: timeoutMs };
    await open.send(toTenant('SetPolicy', policy, 'policy'));
    const firstDue = Date.now() + timeoutMs;
    const placed = await Promise.all(
      Array.from({ length: ORDERS }, (_, n) => open.send(place(`due-${String(n)}`))),
    );
    await before.end('SIGKILL');
    const lastDue = Date.now() + timeoutMs;
    await put(backlog);
    await put(messagesOf(placed.map(({ stream }) => pay(stream.key))));
    const isLate = Date.now() > firstDue;
    await disconnect();
    if (isLate) return undefined;
    await until('all orders to be overdue', () => Date.now() > lastDue);
    const after = startProcessors(options);
    await untilShared([after], partitions);
    const ofOrders = new Set(placed.map(({ stream }) => stream.key));
    const count = async () => {
      const events = (await readLog(topics, undefined, moved ? 2 : 1)).filter(({ stream }) =>
        ofOrders.has(stream.key),
      );
      const of = (type: string) => events.filter((event) => event.type === type).length;
      return { paid: of('PaymentConfirmed'), timedOut: of('PaymentTimedOut') };
    };
    await until('every order to be settled', async () => {
      const { paid, timedOut } = await count();
      return paid + timedOut >= ORDERS;
    });
    await after.end('SIGTERM');
    return count();
  };

  const outage = (how: Outage = {}) => inTime(PAYMENT_TIMEOUT_MS, (ms) => outageWith(ms, how));

  test('cancel no order whose payment came before its due time, wherever that lies', async () => {
    expect(await outage()).toEqual({ paid: ORDERS, timedOut: 0 });
  });

  test('cancel none either whose payment lies in topics that its slot has left', async () => {
    expect(await outage({ moved: true })).toEqual({ paid: ORDERS, timedOut: 0 });
  });

  test('null control: where a deadline waits for its own partition only, paid orders are cancelled', async () => {
    // Where every partition forwards its backlog as fast as the others decide theirs, it does no harm.
    const noticedOnce = async (): Promise<readonly string[]> =>
      (await outage({ mechanisms: { deadlines: 'own-partition' } })).timedOut > 0 ? ['cancelled'] : [];
    expect(await noticedByChance(noticedOnce)).toEqual(['cancelled']);
  });
});
