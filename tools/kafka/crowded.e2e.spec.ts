// Fifty writers want the same order, each with the version that it has seen: all of them get their turn, and none writes
// over another. And behind a long import, with one order in it whose commands nobody can read, everybody else is served.
import { describe, expect, jest, test } from '@jest/globals';
import { openProcessors } from '@orderloom/distributed';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { commandRequest, type CommandRequest, type Engine } from '@orderloom/engine';
import { commandWriter, kafkaJs, topicNames, type KafkaProcessors } from '@orderloom/kafka';
import { obstacleTo } from '@orderloom/stack';
import { checkHistory, leftOut, noticed, recordHistory, type HistoryReport } from '@orderloom/testing';
import { wireCommands } from '@orderloom/wire';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { onBrokers } from './on-brokers.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readLog } from './read-log.ts';
import { freshTopics, openShop, pay, place, receive } from './shop.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('many writers and a long backlog', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(size(180_000, 1_800_000));

const WRITERS = 50;
const BACKLOG = size(20_000, 1_000_000);
const POISON_EVERY = 100;
const ORDERS = 8;
/** Orders that are answered before the import is through, however fast that is. */
const ENOUGH = 3;
const WAIT_AT_MOST_MS = 1_000;
const CHUNK = 2_000;
const LONG_MS = 1_200_000;

const aBigOrder = (): CommandRequest => {
  const small = place('big');
  const data = small.data as { readonly lines: readonly object[]; readonly total: number };
  const lines = data.lines.map((line) => ({ ...line, quantity: WRITERS }));
  return { ...small, data: { ...data, lines, total: WRITERS * data.total } };
};
const shipOne = (orderId: string, writer: number): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type: 'order', key: orderId },
    type: 'ShipLines',
    data: { parcelId: `parcel-${String(writer)}`, lines: [{ lineId: '1', quantity: 1 }] },
    commandId: `ship-${String(writer)}`,
  });

here('a crowded partition', () => {
  const { brokers, closers } = onBrokers();
  const decide = async (topics: ProgramOptions): Promise<KafkaProcessors> => {
    const processors = await openProcessors(exampleOptions(topics));
    closers.push(processors.stop);
    return processors;
  };
  const shopOf = async (topics: ProgramOptions): Promise<Engine> => {
    const shop = await openShop(topics);
    closers.push(shop.stop);
    return shop;
  };

  /** `sayVersion` false: the writers send without the version that they say they expect. */
  const fiftyWriters = async (sayVersion: boolean): Promise<HistoryReport> => {
    const topics = await freshTopics(brokers(), 1);
    await decide(topics);
    const shop = await shopOf(topics);
    const history = recordHistory();
    const { stream } = await shop.send(aBigOrder());
    const payment = pay(stream.key);
    const { amount } = payment.data as { readonly amount: number };
    await shop.send({ ...payment, data: { ...payment.data, amount: WRITERS * amount } });
    const write = async (writer: number): Promise<void> => {
      for (let expectedVersion = 2; ;) {
        const request = { ...shipOne(stream.key, writer), expectedVersion };
        const op = history.invoke(request, { mayBeRefused: true });
        const result = await shop.send(sayVersion ? request : { ...request, expectedVersion: null });
        history.answered(op, result);
        if (result.outcome === 'accepted') return;
        expect(result.outcome).toBe('conflict');
        expectedVersion = result.version;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    const registry = domainRegistry({ stepper: tableStepper });
    return checkHistory({ history: history.entries(), log: await readLog(topics), registry });
  };

  test('8.3 lets fifty writers of one order all finish, each on the version that it has seen', async () => {
    const report = await fiftyWriters(true);
    expect(report.violations).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.figures.acknowledged).toBe(WRITERS);
  });

  test('8.3 null control: writers that do not say which version they have seen are noticed', async () => {
    expect(noticed(await fiftyWriters(false), 'expectedVersion')).toEqual(['expected-version']);
  });

  test('8.5 serves everybody else behind a long import with an order in it that nobody can read', async () => {
    const topics = await freshTopics(brokers(), 1);
    const before = await openProcessors(exampleOptions(topics));
    const shop = await shopOf(topics);
    await before.stop();
    const write = commandWriter(wireCommands(), exampleOptions(topics).schemaIds);
    const poison = { ...write(pay('poison')), value: Buffer.from('nothing') };
    const producer = kafkaJs({ brokers: brokers(), clientId: 'importer' }).producer();
    await producer.connect();
    for (let at = 0; at < BACKLOG; at += CHUNK) {
      const messages = Array.from({ length: CHUNK }, (_, n) =>
        n % POISON_EVERY === 0 ? poison : write(receive(at + n)),
      );
      await producer.send({ topic: topicNames(topics.prefix).bulk, messages });
    }
    await producer.disconnect();
    const [owner] = (await decide(topics)).owners;
    const decided = (): number => owner?.positions?.bulk ?? 0;
    await until('the import to have begun', () => decided() > 0, LONG_MS);
    const began = performance.now();
    const took: number[] = [];
    while (took.length < ORDERS) {
      const sent = performance.now();
      const answer = await shop.send(place(`behind-${String(took.length)}`));
      expect(answer).toMatchObject({ outcome: 'accepted' });
      if (decided() >= BACKLOG) break;
      took.push(performance.now() - sent);
    }
    await until('the import to be decided', () => decided() >= BACKLOG, LONG_MS);
    const wholeMs = performance.now() - began;
    expect(took.length).toBeGreaterThanOrEqual(ENOUGH);
    const median = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)];
    // At CI size other suites take the same processors, from the import as much as from the orders.
    expect(median).toBeLessThan(size(wholeMs / 4, WAIT_AT_MOST_MS));
  });
});
