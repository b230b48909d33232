// What strangers put into the commands topic and is no command, or none that makes sense: it is refused or becomes a
// dead letter, and the next command of the same order is decided as if it had not been there.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openProcessors } from '@orderloom/distributed';
import { commandRequest, type CommandRequest, type DeadLetter, type Engine } from '@orderloom/engine';
import { commandWriter, kafkaJs, topicNames } from '@orderloom/kafka';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { wireCommands } from '@orderloom/wire';
import { until } from '../promises/until.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readLog } from './read-log.ts';
import { readTopic } from './read-topic.ts';
import { freshTopics, openShop, pay, place } from './shop.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('bad input on a real broker', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(120_000);

type Message = ReturnType<ReturnType<typeof commandWriter>>;
type Case = {
  readonly name: string;
  readonly lane?: 'commands' | 'bulk';
  /** The records that are put before the payment of an order. */
  readonly records: (orderId: string) => readonly Message[];
  readonly letters: number;
  readonly reason: RegExp;
};

const NEXT_WITHIN_MS = 1_000;
const TWO_MEGABYTES = Buffer.alloc(2 << 20, 'x');
const UNKNOWN_SCHEMA = Buffer.from([0, 0, 0xff, 0xff, 0xff, 1, 2, 3]);
const NO_SCHEMA = Buffer.from('{"type":"ConfirmPayment"}');

const ofOrder = (orderId: string, type: string, data: object, commandId = type): CommandRequest => {
  const stream = { tenant: 'main', type: 'order', key: orderId };
  return commandRequest({ stream, type, data, commandId: `${commandId}-${orderId}` });
};
const ship = (orderId: string): CommandRequest =>
  ofOrder(orderId, 'ShipLines', { parcelId: 'p-1', lines: [{ lineId: '1', quantity: 1 }] });

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;

here('a record of the commands topic', () => {
  const closers: (() => Promise<unknown>)[] = [];
  let topics: ProgramOptions;
  let shop: Engine;
  let write: (request: CommandRequest) => Message;
  /** How long payments took, ms: of orders with bad records before them, and of others. */
  const [disturbed, undisturbed]: [number[], number[]] = [[], []];

  beforeAll(async () => {
    topics = await freshTopics((await sharedServer('kafka')).urls, 1);
    const processors = await openProcessors(exampleOptions(topics));
    closers.push(processors.stop);
    shop = await openShop(topics);
    closers.push(shop.stop);
    write = commandWriter(wireCommands(), exampleOptions(topics).schemaIds);
  }, 900_000);
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  const put = async (lane: 'commands' | 'bulk', messages: readonly Message[]): Promise<void> => {
    const producer = kafkaJs({ ...exampleOptions(topics).cluster, clientId: 'stranger' }).producer();
    await producer.connect();
    try {
      await producer.send({ topic: topicNames(topics.prefix)[lane], messages: [...messages] });
    } finally {
      await producer.disconnect();
    }
  };
  const timedPayment = async (orderId: string): Promise<number> => {
    const began = performance.now();
    expect(await shop.send(pay(orderId))).toMatchObject({ outcome: 'accepted', version: 2 });
    return performance.now() - began;
  };
  const lettersNow = async (): Promise<readonly DeadLetter[]> =>
    (await readTopic(topics, topicNames(topics.prefix).deadLetters)).map(
      ({ value }) => JSON.parse(String(value)) as DeadLetter,
    );
  const paymentOf = (orderId: string): Message => write(pay(orderId));
  const withValue = (orderId: string, value: Buffer | null): Message => ({ ...paymentOf(orderId), value });
  const without = (orderId: string, header: string): Message => {
    const { headers, ...message } = paymentOf(orderId);
    return {
      ...message,
      headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name !== header)),
    };
  };
  const cases: readonly Case[] = [
    {
      name: 'of bytes that are in no schema',
      records: (id) => [withValue(id, NO_SCHEMA), withValue(id, Buffer.of(0)), withValue(id, null)],
      ...{ letters: 3, reason: /begin with a zero byte|value is missing/ },
    },
    {
      name: 'of a schema that nobody has published',
      records: (id) => [withValue(id, UNKNOWN_SCHEMA)],
      ...{ letters: 1, reason: /no schema of id/ },
    },
    {
      name: 'of a known schema whose bytes are cut off, or too many',
      records: (id) => {
        const value = paymentOf(id).value as Buffer;
        return [
          withValue(id, value.subarray(0, value.length - 3)),
          withValue(id, Buffer.concat([value, Buffer.of(1)])),
        ];
      },
      ...{ letters: 2, reason: /do not fit the schema/ },
    },
    {
      name: 'without its key',
      records: (id) => [without(id, 'ce_id')],
      ...{ letters: 1, reason: /header ce_id is missing/ },
    },
    {
      name: 'with a version that is none',
      records: (id) => {
        const { headers, ...message } = paymentOf(id);
        return [{ ...message, headers: { ...headers, 'expected-version': 'newest' } }];
      },
      ...{ letters: 1, reason: /expected-version is no whole number/ },
    },
    {
      name: 'of two megabytes in the bulk lane',
      lane: 'bulk',
      records: (id) => [withValue(id, TWO_MEGABYTES)],
      ...{ letters: 1, reason: /begin with a zero byte/ },
    },
  ];

  test.each(cases)('$name is a dead letter, and the next command of its order is decided', async (one) => {
    const name = `case-${String(cases.indexOf(one))}`;
    const [clean, { stream }] = [await shop.send(place(`clean-${name}`)), await shop.send(place(name))];
    const before = (await lettersNow()).length;
    undisturbed.push(await timedPayment(clean.stream.key));
    await put(one.lane ?? 'commands', one.records(stream.key));
    disturbed.push(await timedPayment(stream.key));
    const letters = await until('its dead letters', async () => {
      const found = (await lettersNow()).slice(before);
      return found.length >= one.letters && found;
    });
    expect(letters).toHaveLength(one.letters);
    for (const { code, reason, data } of letters) {
      expect({ code, data }).toEqual({ code: 'malformed', data: '' });
      expect(reason).toMatch(one.reason);
    }
  });

  test('that holds nobody up, holds nobody up for a second', () => {
    expect(disturbed.length).toBe(cases.length);
    expect(medianOf(disturbed)).toBeLessThan(medianOf(undisturbed) + NEXT_WITHIN_MS);
  });

  test('of two megabytes is refused by the broker, whose limit for commands is 1.2 MB', async () => {
    await expect(put('commands', [withValue('order', TWO_MEGABYTES)])).rejects.toThrow(/larger|large/);
  });

  test('that fits its schema and makes no sense is refused, and the next one is decided', async () => {
    const { stream } = await shop.send(place('senseless'));
    const senseless: readonly CommandRequest[] = [
      ship(stream.key),
      ofOrder(stream.key, 'ConfirmDelivery', { parcelId: 'nowhere' }),
      ofOrder(stream.key, 'ConfirmPayment', { ...pay(stream.key).data, amount: -5 }, 'negative'),
      ofOrder('no-such-order', 'CancelOrder', { reason: 'x', lines: null }),
    ];
    for (const request of senseless) expect(await shop.send(request)).toMatchObject({ outcome: 'refused' });
    expect(await shop.send(pay(stream.key))).toMatchObject({ outcome: 'accepted', version: 2 });
  });

  test('that comes twice or too early takes effect once, when its time has come', async () => {
    const { stream } = await shop.send(place('reordered'));
    const [early, payment] = [write(ship(stream.key)), paymentOf(stream.key)];
    await put('commands', [early, payment, payment, early, early, payment]);
    const next = await shop.send(ofOrder(stream.key, 'ConfirmDelivery', { parcelId: 'p-1' }));
    expect(next).toMatchObject({ outcome: 'accepted' });
    const life = (await readLog(topics)).filter((event) => event.stream.key === stream.key);
    expect(life.map(({ type }) => type).slice(0, 3)).toEqual([
      'OrderPlaced',
      'PaymentConfirmed',
      'LinesShipped',
    ]);
    expect(life.filter(({ type }) => type === 'LinesShipped')).toHaveLength(1);
  });
});
