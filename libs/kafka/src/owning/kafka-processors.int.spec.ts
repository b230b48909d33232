// Partition processors on a real broker: commands through the topics, owners that come and go, commands for others.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  commandRequest,
  jsonCodec,
  jsonCommands,
  memorySchemaIds,
  type CommandRequest,
  type CommandResult,
} from '@orderloom/engine';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { type Account, bank, throughEach, until } from '@orderloom/testing';
import { kafkaSender, type KafkaSender } from '../edge/kafka-sender.ts';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaProcessors, type KafkaProcessors } from './kafka-processors.ts';

jest.setTimeout(180_000);

const PARTITIONS = 4;
const OWNERS = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];

const command = (type: string, key: string, name: string, data: object, id: string): CommandRequest =>
  commandRequest({ stream: { tenant: 'main', type, key }, type: name, data, commandId: id });
const open = (owner: string): CommandRequest =>
  command('account', '', 'OpenAccount', { owner, closeAfter: null }, `open ${owner}`);
const deposit = (key: string, amount: number, id: string): CommandRequest =>
  command('account', key, 'Deposit', { amount, from: null }, id);

const codecs = () => {
  const codec = jsonCodec();
  return { codec, commandCodec: jsonCommands(), schemaIds: memorySchemaIds(codec.schemas(), 100_001) };
};

type Bank = {
  readonly topics: ExampleTopics;
  readonly problems: string[];
  readonly join: () => Promise<KafkaProcessors>;
  readonly send: KafkaSender['send'];
  readonly balance: (key: string) => number | undefined;
};

const openOf = (processors: KafkaProcessors): readonly number[] =>
  processors.owners.filter(({ isOpen }) => isOpen).map(({ index }) => index);

throughEach('partition processors', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('processors', () => {
    const stops: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
    });

    /** A bank with its world made, one process deciding. */
    const openBank = async (): Promise<Bank & { readonly first: KafkaProcessors }> => {
      const topics = await exampleTopics(brokers(), PARTITIONS, library);
      const { kafka, prefix } = topics;
      const running: KafkaProcessors[] = [];
      const problems: string[] = [];
      const options = { kafka, prefix, registry: bank(), partitions: PARTITIONS };
      const join = async (): Promise<KafkaProcessors> => {
        const processors = await kafkaProcessors({
          ...options,
          ...codecs(),
          onProblem: (error) => {
            problems.push(error instanceof Error ? error.message : 'unknown');
          },
        });
        running.push(processors);
        stops.push(processors.stop);
        return processors;
      };
      const sender = await kafkaSender({ ...options, ...codecs(), waitMs: 60_000 });
      stops.push(sender.stop);
      const balance = (key: string): number | undefined => {
        for (const { owners } of running)
          for (const { processor } of owners) {
            const entry = processor?.partition.streams.find({ tenant: 'main', type: 'account', key });
            if (entry !== undefined) return (entry.state as Account).balance;
          }
        return undefined;
      };
      const first = await join();
      await sender.send(command('world', 'main', 'CreateWorld', {}, 'world'));
      await until('every partition to know the world', () =>
        first.owners.every(({ processor }) => processor?.partition.times.globalOf('main') !== undefined),
      );
      return { topics, problems, join, send: sender.send, balance, first };
    };

    const openAll = async ({ send }: Bank): Promise<readonly string[]> => {
      const opened: CommandResult[] = await Promise.all(OWNERS.map((owner) => send(open(owner))));
      expect(opened.map(({ outcome }) => outcome)).toEqual(OWNERS.map(() => 'accepted'));
      return opened.map(({ stream }) => stream.key);
    };

    test('decide what comes through the topics, once, and answer whoever asked', async () => {
      const shop = await openBank();
      const [ann = '', bob = ''] = await openAll(shop);
      expect(await shop.send(deposit(ann, 50, 'd-1'))).toMatchObject({
        ...{ outcome: 'accepted', version: 2, status: { status: 'open' } },
      });
      expect(await shop.send(deposit(ann, 50, 'd-1'))).toMatchObject({ outcome: 'duplicate', version: 2 });
      expect(await shop.send(deposit(ann, 0, 'd-2'))).toMatchObject({ rejection: { code: 'bad-amount' } });
      const transfer = command('account', ann, 'Transfer', { amount: 20, to: bob }, 't-1');
      expect(await shop.send(transfer)).toMatchObject({ outcome: 'accepted' });
      await until('the other partition to have it', () => shop.balance(bob) === 20);
      expect(shop.balance(ann)).toBe(30);
    });

    test('forward a command that came to the wrong partition; it takes effect once', async () => {
      const shop = await openBank();
      const { stranger, names, commands, table } = shop.topics;
      const keys = await openAll(shop);
      const producer = stranger.producer();
      await producer.connect();
      for (let round = 0; round < 2; round++)
        await producer.send({
          topic: names.commands,
          messages: keys.flatMap((key) =>
            Array.from({ length: PARTITIONS }, (_, partition) => ({
              ...commands.write(deposit(key, 7, `once ${key}`), { slot: 0, replyTo: null }),
              partition,
            })),
          ),
        });
      await producer.disconnect();
      await until('all to have it', () => keys.every((key) => shop.balance(key) === 7));
      await shop.send(deposit(keys[0]!, 1, 'after it all'));
      expect(keys.map((key) => shop.balance(key))).toEqual([8, 7, 7, 7, 7, 7]);
      expect(shop.first.owners.reduce((sum, { forwarded }) => sum + forwarded, 0)).toBeGreaterThan(
        keys.length,
      );
      expect(table.partitions).toBe(PARTITIONS);
    });

    test('share the partitions with a newcomer, and take over from one that leaves', async () => {
      const shop = await openBank();
      const keys = await openAll(shop);
      const before = openOf(shop.first);
      const second = await shop.join();
      await until('both to have two', () => openOf(shop.first).length === 2 && openOf(second).length === 2);
      expect(before).toEqual([0, 1, 2, 3]);
      for (const key of keys) await shop.send(deposit(key, 5, `shared ${key}`));
      await shop.first.stop();
      await until('the second to have all', () => openOf(second).length === PARTITIONS);
      for (const key of keys)
        expect(await shop.send(deposit(key, 5, `shared ${key}`))).toMatchObject({ outcome: 'duplicate' });
      expect(keys.map((key) => shop.balance(key))).toEqual(keys.map(() => 5));
    });

    test('refuse what is no command, and go on with the next one of the same stream', async () => {
      const shop = await openBank();
      const [ann = ''] = await openAll(shop);
      const producer = shop.topics.stranger.producer();
      await producer.connect();
      const strange = [{ value: 'not a command' }, { value: null }, { value: '{}', headers: { ce_id: 'x' } }];
      await producer.send({
        topic: shop.topics.names.commands,
        messages: Array.from({ length: PARTITIONS }, (_, partition) =>
          strange.map((record) => ({ ...record, partition })),
        ).flat(),
      });
      await producer.disconnect();
      expect(await shop.send(deposit(ann, 13, 'breaks'))).toMatchObject({
        rejection: { code: 'internal-error' },
      });
      expect(await shop.send(deposit(ann, 12, 'works'))).toMatchObject({ outcome: 'accepted' });
      expect(shop.balance(ann)).toBe(12);
    });

    test('decide nothing again where the committed offsets were set back', async () => {
      const shop = await openBank();
      const [ann = ''] = await openAll(shop);
      await shop.send(deposit(ann, 5, 'd-1'));
      await shop.first.stop();
      // kafkajs' own way to set offsets leaves a connection open.
      const setBack = shop.topics.stranger.producer({
        transactionalId: `set-back-${shop.topics.prefix}`,
        maxInFlightRequests: 1,
        idempotent: true,
      });
      await setBack.connect();
      const transaction = await setBack.transaction();
      const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: '0' }));
      await transaction.sendOffsets({
        consumerGroupId: `${shop.topics.prefix}-processors`,
        topics: [{ topic: shop.topics.names.commands, partitions }],
      });
      await transaction.commit();
      await setBack.disconnect();
      await shop.join();
      await until('it to be said', () => shop.problems.some((problem) => problem.includes('set back')));
      expect(shop.balance(ann)).toBeUndefined();
    });
  });
});
