// Partitions grow under load: slots go from the topics of one generation to those of another and back, while clients order
// and processes die. Whatever happens, each slot is as if it had had one writer.
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  commandWriter,
  committedLog,
  generationsState,
  growTopics,
  kafkaClient,
  kafkaJs,
  switchSlots,
  topicNames,
} from '@orderloom/kafka';
import { eventsIn } from '@orderloom/engine';
import { obstacleTo } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { wireCodec, wireCommands } from '@orderloom/wire';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { checkedLoad, type CheckedLoad } from './checked-load.ts';
import { onBrokers } from './on-brokers.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readLog } from './read-log.ts';
import { endAll, startProcessors, untilShared } from './processes.ts';
import { freshTopics, openShop, place } from './shop.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('partitions that grow', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(size(480_000, 900_000));

const PARTITIONS = 3;
const GROWN = 6;
const SLOTS = 1_024;
const ANSWERS = size(100, 3_000);
const WAIT_MS = 10_000;
/** Slots may have moved before a process is killed; then it is tried again. */
const TRIES = 3;

here('partitions that grow', () => {
  const { brokers, closers } = onBrokers();
  afterEach(endAll);
  afterAll(endAll);

  const placeOf = ({ brokers: at, prefix }: ProgramOptions) => ({
    kafka: kafkaClient({ brokers: at, clientId: 'operator' }),
    prefix,
  });
  const busyShop = async (topics: ProgramOptions): Promise<CheckedLoad> => {
    const load = await checkedLoad(topics, { seed: 7, waitMs: WAIT_MS, clients: 16 });
    closers.push(load.stop);
    load.begin();
    await load.answered(ANSWERS);
    return load;
  };
  const slotsIn = async (topics: ProgramOptions, generation: number): Promise<number> =>
    (await generationsState(placeOf(topics))).slots[generation - 1] ?? 0;
  const untilIn = (topics: ProgramOptions, generation: number, slots = SLOTS): Promise<unknown> =>
    until(
      `${String(slots)} slots in generation ${String(generation)}`,
      async () => (await slotsIn(topics, generation)) >= slots,
    );
  const grow = (topics: ProgramOptions) =>
    growTopics(placeOf(topics), {
      js: kafkaJs({ brokers: topics.brokers, clientId: 'operator' }),
      ...{ partitions: GROWN, durability: 'dev' },
    });
  const expectWhole = async (load: CheckedLoad): Promise<void> => {
    await load.finish();
    const report = await load.check(2);
    expect(report.violations).toEqual([]);
    expect(report.passed).toBe(true);
  };

  /** The log as `verify` reads it: each slot's sequence without a gap, wherever its events stand. */
  const expectReadable = async (topics: ProgramOptions): Promise<void> => {
    const codec = wireCodec();
    const { schemaIds } = exampleOptions(topics);
    const log = await committedLog({ ...placeOf(topics), codec, schemaIds });
    const sequences = new Map<number, number>();
    for await (const { frames } of log.groups)
      for (const { slot, sequence } of eventsIn(codec, [frames])) {
        expect(sequence).toBe((sequences.get(slot) ?? 0) + 1);
        sequences.set(slot, sequence);
      }
    expect(sequences.size).toBeGreaterThan(0);
    await log.close();
  };

  test('give their slots to a new generation under load, and take them back', async () => {
    const topics = await freshTopics(brokers(), PARTITIONS);
    const processes = [startProcessors(topics), startProcessors(topics)];
    await untilShared(processes, PARTITIONS);
    const load = await busyShop(topics);
    await grow(topics);
    await untilShared(processes, PARTITIONS + GROWN);
    await switchSlots(placeOf(topics), 2);
    await untilIn(topics, 2);
    await load.answered(ANSWERS);
    await switchSlots(placeOf(topics), 1);
    await untilIn(topics, 1);
    await load.answered(ANSWERS);
    await expectWhole(load);
    await expectReadable(topics);
  });

  /** `undefined`: all slots had moved before the process was gone. */
  const killedInTheMiddle = async (): Promise<CheckedLoad | undefined> => {
    const topics = await freshTopics(brokers(), PARTITIONS);
    const [first, second] = [startProcessors(topics), startProcessors(topics)];
    await untilShared([first, second], PARTITIONS);
    const load = await busyShop(topics);
    await grow(topics);
    await untilShared([first, second], PARTITIONS + GROWN);
    await switchSlots(placeOf(topics), 2);
    await untilIn(topics, 2, SLOTS / 16);
    const isOver = load.history.fault('killed while slots move');
    await first.end('SIGKILL');
    if ((await slotsIn(topics, 2)) === SLOTS) {
      await load.finish();
      await second.end('SIGTERM');
      return undefined;
    }
    const third = startProcessors(topics);
    await untilIn(topics, 2);
    await untilShared([second, third], PARTITIONS + GROWN);
    await load.answered(ANSWERS);
    isOver();
    await load.answered(ANSWERS);
    return load;
  };

  test('go on where they were when a process is killed in the middle, and another takes its place', async () => {
    let load: CheckedLoad | undefined;
    for (let tries = 0; load === undefined && tries < TRIES; tries++) load = await killedInTheMiddle();
    if (load === undefined) throw new Error('all slots had moved each time');
    await expectWhole(load);
  });

  /** A shop whose slots have all gone to the second generation, and a client that has not heard of it. */
  const movedShop = async (mechanisms?: ProgramOptions['mechanisms']) => {
    const fresh = await freshTopics(brokers(), PARTITIONS);
    const topics = mechanisms === undefined ? fresh : { ...fresh, mechanisms };
    const processors = startProcessors(topics);
    const shop = await openShop(topics);
    closers.push(shop.stop);
    await grow(topics);
    await untilShared([processors], PARTITIONS + GROWN);
    await switchSlots(placeOf(topics), 2);
    await untilIn(topics, 2);
    const producer = await placeOf(topics).kafka.producer();
    closers.push(() => producer.close());
    const write = commandWriter(wireCommands(), exampleOptions(topics).schemaIds);
    const sendToOld = async (name: string): Promise<void> => {
      const messages = [{ key: name, ...write(place(name)) }];
      await producer.send(topicNames(topics.prefix).commands, messages);
    };
    const placedIn = async (name: string, generations: number): Promise<number> =>
      (await readLog(topics, undefined, generations)).filter(
        ({ commandId, type }) => commandId === `place-${name}` && type === 'OrderPlaced',
      ).length;
    return { sendToOld, placedIn };
  };
  const NAMES = ['ann', 'bob', 'cid'];

  test('forward what is found in the old generation, and it takes effect once, in the new one', async () => {
    const { sendToOld, placedIn } = await movedShop();
    for (const name of NAMES) await sendToOld(name);
    for (const name of NAMES) {
      await until(`the order of ${name}`, async () => (await placedIn(name, 2)) === 1);
      expect(await placedIn(name, 1)).toBe(0);
    }
  });

  test('null control: whoever decides on what it has given away is seen', async () => {
    const { sendToOld, placedIn } = await movedShop({ slots: 'unfenced' });
    for (const name of NAMES) await sendToOld(name);
    for (const name of NAMES)
      await until(`the order of ${name}`, async () => (await placedIn(name, 1)) === 1);
  });
});
