// Orders, stock and parcels in different partitions of a real broker, held against each other; what no order asked for is found.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { kafkaClient, kafkaPartitionLogs } from '@orderloom/kafka';
import { openSchemaIds } from '@orderloom/schema-registry';
import { readLog } from '@orderloom/sqlite';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { describeSchema, publicSchemas, wireCodec, wireCommands } from '@orderloom/wire';
import { eventsIn, orderloom, orderloomJson, scratchFolder } from '../running.ts';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('verifying what several partitions owe each other', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(300_000);

const PARTITIONS = 4;

here('a shop with stock, in partitions', () => {
  const scratch = scratchFolder();
  const data = join(scratch.path, 'shop');
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  let [brokers, registry]: [readonly string[], string] = [[], ''];
  let cluster: readonly string[] = [];
  let events: readonly RecordedEvent[] = [];

  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
    registry = (await sharedServer('schema-registry')).urls[0] ?? '';
    await fillingRegistry(() => orderloom('schemas', 'publish', '--registry', registry));
    const topics = ['--brokers', brokers.join(), '--prefix', prefix, '--partitions', String(PARTITIONS)];
    await orderloom('topics', 'apply', '--dev', ...topics);
    await orderloom('demo', '--orders', '12', '--port', '0', '--exit', '--data', data);
    events = eventsIn(data);
    cluster = ['--brokers', brokers.join(), '--registry', registry, '--prefix', prefix];
    const partitions = ['--partitions', String(PARTITIONS)];
    await orderloom('migrate', 'embedded-to-kafka', '--data', data, ...cluster, ...partitions);
  }, 1_200_000);
  afterAll(scratch.remove);

  /** The last of the events for which it is so. */
  const last = (isSo: (event: RecordedEvent) => boolean): RecordedEvent => {
    const found = events.findLast(isSo);
    if (found === undefined) throw new Error('the shop has no such event');
    return found;
  };

  /** Writes into the topics that a stock holds a piece more for an order, well chained to what was there before. */
  const plant = async (): Promise<string> => {
    const { schemas, close } = readLog(data);
    close();
    const codec = wireCodec();
    codec.bind(schemas);
    const before = last(({ stream }) => stream.type === 'stock' && stream.key.startsWith('TEA-'));
    const { sequence } = last(({ slot }) => slot === before.slot);
    const order = last(({ stream }) => stream.type === 'order').stream.key;
    const buffer = Buffer.alloc(1 << 16);
    codec.writeFrame(before, buffer, 0);
    const forged: RecordedEvent = {
      ...{ ...before, type: 'StockReserved', data: { orderId: order, lineId: '1', quantity: 1 } },
      ...{ version: before.version + 1, sequence: sequence + 1, prev: codec.lastIdentity() },
      ...{ commandId: 'forged', hops: 1 },
    };
    const logs = kafkaPartitionLogs({
      kafka: kafkaClient({ brokers, clientId: 'spec' }),
      ...{ codec, schemas, partitions: PARTITIONS, prefix, commandCodec: wireCommands() },
      registry: domainRegistry({ stepper: tableStepper }),
      schemaIds: await openSchemaIds({
        ...{ url: registry, schemas: [...publicSchemas(), ...schemas], describe: describeSchema },
        ...{ patienceMs: 0, onWait: () => undefined },
      }),
    });
    const target = await logs.open(logs.partitionOf(before.slot));
    const frames = buffer.subarray(0, codec.writeFrame(forged, buffer, 0));
    const nothing = { outbound: [], deadLetters: [], parked: [] };
    await target.append({ ...nothing, first: target.head() + 1, count: 1, frames });
    await target.close();
    return `${before.stream.tenant}/stock/${before.stream.key}`;
  };

  test('is sound, and nothing is on its way', async () => {
    const { digest } = await orderloomJson('verify', '--data', data);
    expect(await orderloomJson('verify', ...cluster)).toMatchObject({
      ...{ digest, events: events.length, violations: [], onItsWay: 0 },
    });
  });

  test('in which a stock holds what no order asked for is found out, by name', async () => {
    const stock = await plant();
    const { code, out } = await orderloom('verify', ...cluster);
    expect(code).toBe(1);
    expect(out).toContain('1 violations:');
    expect(out).toMatch(
      new RegExp(
        `${stock} version \\d+: the stock holds 1 pieces for line 1 of main/order/\\S+, the order holds 0`,
      ),
    );
  });
});
