// A processor that takes partitions for the first time begins with their snapshots and reads what came later; with a
// snapshot of another partition it reads everything, and either way knows what was ever decided.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  commandRequest,
  jsonCodec,
  jsonCommands,
  memoryArchive,
  memorySchemaIds,
  memorySnapshotStore,
  openArchiver,
  type CommandRequest,
  type Snapshot,
} from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { type Account, bank, leftOut, until } from '@orderloom/testing';
import { kafkaSender } from '../edge/kafka-sender.ts';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaEventSource } from '../reading/kafka-event-source.ts';
import { kafkaProcessors } from './kafka-processors.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('partition snapshots on a real broker', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(180_000);

const PARTITIONS = 2;
const OWNERS = Array.from({ length: 40 }, (_, at) => `owner-${String(at)}`);

const command = (type: string, key: string, name: string, data: object, id: string): CommandRequest =>
  commandRequest({ stream: { tenant: 'main', type, key }, type: name, data, commandId: id });
const open = (owner: string): CommandRequest =>
  command('account', '', 'OpenAccount', { owner, closeAfter: null }, `open ${owner}`);
const deposit = (key: string, id: string): CommandRequest =>
  command('account', key, 'Deposit', { amount: 5, from: null }, `${id} ${key}`);

const codecs = () => {
  const codec = jsonCodec();
  return { codec, commandCodec: jsonCommands(), schemaIds: memorySchemaIds(codec.schemas(), 100_001) };
};

here('a partition snapshot', () => {
  const stops: (() => Promise<void>)[] = [];
  let brokers: readonly string[] = [];
  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
  }, 900_000);
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** Processors that count the events that they fold to begin with. */
  const join = async ({ kafka, prefix }: ExampleTopics, snapshots: readonly Snapshot[] = []) => {
    const { codec, ...others } = codecs();
    const state = { read: 0 };
    const readFrame: typeof codec.readFrame = (source, at) => {
      state.read++;
      return codec.readFrame(source, at);
    };
    const processors = await kafkaProcessors({
      ...{ kafka, prefix, registry: bank(), partitions: PARTITIONS, ...others },
      codec: { ...codec, readFrame },
      snapshotOf: (partition) => snapshots[partition],
    });
    stops.push(processors.stop);
    await until('all partitions to be open', () => processors.owners.every(({ isOpen }) => isOpen));
    const balance = (key: string): number | undefined => {
      const ref = { tenant: 'main', type: 'account', key };
      const found = processors.owners.flatMap(
        ({ processor }) => processor?.partition.streams.find(ref) ?? [],
      );
      return found[0] === undefined ? undefined : (found[0].state as Account).balance;
    };
    return { processors, balance, begunWith: state.read };
  };

  /** Archives the log as it is, and gives the snapshots of its partitions. */
  const snapshotsOf = async ({ kafka, prefix, table }: ExampleTopics, heads: readonly number[]) => {
    const { codec, schemaIds } = codecs();
    const groupId = `${prefix}-archive-${randomUUID().slice(0, 8)}`;
    const source = await kafkaEventSource({ kafka, prefix, codec, schemaIds, groupId });
    const kept = heads.map(() => memorySnapshotStore());
    let done = 0;
    const running = source.run(async ({ partition, read }, signal) => {
      const archiver = await openArchiver({
        ...{ store: memoryArchive(codec), snapshots: kept[partition]!, snapshotEvents: 1 },
        ...{ source: codec, codec, registry: bank(), projections: [], globals: source.globals },
        owns: (slot) => table.partitionOf(slot) === partition,
      });
      for await (const groups of read(0, signal)) {
        await archiver.apply(groups);
        if ((await archiver.checkpointIndex()) >= heads[partition]!) break;
      }
      done++;
    });
    await until('all to be archived', () => done === heads.length);
    await source.stop();
    await running;
    return kept.map((store) => store.load()!);
  };

  /** A bank with accounts that hold something, whose processors have stopped. */
  const aBank = async () => {
    const topics = await exampleTopics(brokers, PARTITIONS, 'kafkajs');
    const { kafka, prefix } = topics;
    const shared = { kafka, prefix, registry: bank(), partitions: PARTITIONS };
    const sender = await kafkaSender({ ...shared, ...codecs(), waitMs: 60_000 });
    stops.push(sender.stop);
    const first = await join(topics);
    await sender.send(command('world', 'main', 'CreateWorld', {}, 'world'));
    const accounts = await Promise.all(OWNERS.map((owner) => sender.send(open(owner))));
    const keys = accounts.map(({ stream }) => stream.key);
    for (const id of ['before', 'again', 'once more'])
      await Promise.all(keys.map((key) => sender.send(deposit(key, id))));
    const heads = first.processors.owners.map(({ processor }) => processor!.head);
    const snapshots = await snapshotsOf(topics, heads);
    await Promise.all(keys.slice(0, 5).map((key) => sender.send(deposit(key, 'after'))));
    await first.processors.stop();
    const events = heads.reduce((sum, head) => sum + head, 0);
    return { topics, sender, keys, snapshots, events };
  };
  const balances = (keys: readonly string[]) => keys.map((_, at) => (at < 5 ? 20 : 15));

  test('is where a process begins: it reads what came later, and knows every command', async () => {
    const { topics, sender, keys, snapshots, events } = await aBank();
    const { balance, begunWith } = await join(topics, snapshots);
    expect(begunWith).toBeLessThan(events / 2);
    expect(keys.map(balance)).toEqual(balances(keys));
    for (const id of ['before', 'after'])
      expect(await sender.send(deposit(keys[0]!, id))).toMatchObject({ outcome: 'duplicate' });
    expect(await sender.send(deposit(keys[0]!, 'new'))).toMatchObject({ outcome: 'accepted', version: 6 });
  });

  test('of another partition is not believed: everything is read', async () => {
    const { topics, keys, snapshots, events } = await aBank();
    const { begunWith, balance } = await join(topics, snapshots.toReversed());
    expect(begunWith).toBeGreaterThanOrEqual(events);
    expect(keys.map(balance)).toEqual(balances(keys));
  });
});
