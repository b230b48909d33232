// Several partitions, one bank: whatever the schedule, whoever dies, a command takes effect once and money stays whole.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bank, type Account } from '@orderloom/testing';
import { commandRequest, type CommandRequest } from '../command.ts';
import { jsonCodec } from './json-codec.ts';
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts';

const PARTITIONS = 3;
const OWNERS = ['ann', 'bob', 'cid', 'dan', 'eve'];

const command = (type: string, key: string, name: string, data: object, id: string): CommandRequest =>
  commandRequest({ stream: { tenant: 'main', type, key }, type: name, data, commandId: id });

const drain = (cluster: MemoryCluster): void => {
  while (cluster.waiting() > 0) for (let p = 0; p < PARTITIONS; p++) cluster.step(p, 1000);
};

/** Five accounts of 100 each, on three partitions; every command goes in through the wrong door, too. */
const openBank = (): { cluster: MemoryCluster; keys: string[] } => {
  const cluster = memoryCluster({ registry: bank(), codec: jsonCodec(), partitions: PARTITIONS });
  cluster.submit(0, command('world', 'main', 'CreateWorld', {}, 'world'));
  drain(cluster);
  OWNERS.forEach((owner, i) => {
    cluster.submit(i % PARTITIONS, command('account', '', 'OpenAccount', { owner, closeAfter: null }, owner));
  });
  drain(cluster);
  const keys = cluster.results.flatMap(({ stream }) => (stream.type === 'account' ? [stream.key] : []));
  keys.forEach((key, i) => {
    cluster.submit(
      i % PARTITIONS,
      command('account', key, 'Deposit', { amount: 100, from: null }, `first ${key}`),
    );
  });
  drain(cluster);
  return { cluster, keys };
};

const balanceOf = (cluster: MemoryCluster, key: string): number => {
  for (let p = 0; p < PARTITIONS; p++) {
    const entry = cluster.processor(p).partition.streams.find({ tenant: 'main', type: 'account', key });
    if (entry !== undefined && cluster.processor(p).partition.owns(entry.slot))
      return (entry.state as Account).balance;
  }
  throw new Error(`no account ${key}`);
};

const total = (cluster: MemoryCluster, keys: readonly string[]): number =>
  keys.reduce((sum, key) => sum + balanceOf(cluster, key), 0);

describe('partitions', () => {
  test('forward a command that came to the wrong one, and answer it once', () => {
    const { cluster, keys } = openBank();
    expect(keys).toHaveLength(OWNERS.length);
    expect(total(cluster, keys)).toBe(500);
    expect(cluster.results.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
  });

  test('keep versions and slot sequences dense across forwards', () => {
    const { cluster } = openBank();
    for (let p = 0; p < PARTITIONS; p++) {
      const last = new Map<string, number>();
      for (const event of cluster.events(p)) {
        const slot = `slot ${String(event.slot)}`;
        expect(event.sequence).toBe((last.get(slot) ?? 0) + 1);
        last.set(slot, event.sequence);
      }
    }
  });

  const act = fc.oneof(
    fc.record({
      transfer: fc.tuple(fc.nat(4), fc.nat(4), fc.integer({ min: 1, max: 40 })),
      door: fc.nat(PARTITIONS - 1),
      id: fc.nat(30),
    }),
    fc.record({ close: fc.nat(4), door: fc.nat(PARTITIONS - 1), id: fc.nat(30) }),
    fc.record({ step: fc.nat(PARTITIONS - 1) }),
    fc.record({ takeOver: fc.nat(PARTITIONS - 1) }),
  );

  test('keep the money whole under any schedule of transfers, refusals, retries and take-overs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const { cluster, keys } = openBank();
        for (const one of acts) {
          if ('step' in one) cluster.step(one.step, 2000);
          else if ('takeOver' in one) await cluster.takeOver(one.takeOver);
          else if ('close' in one)
            cluster.submit(
              one.door,
              command('account', keys[one.close] ?? '', 'CloseAccount', {}, `close ${String(one.id)}`),
            );
          else {
            const [from, to, amount] = one.transfer;
            const data = { amount, to: keys[to] ?? '' };
            cluster.submit(
              one.door,
              command('account', keys[from] ?? '', 'Transfer', data, `transfer ${String(one.id)}`),
            );
          }
        }
        drain(cluster);
        expect(total(cluster, keys)).toBe(500);
      }),
      { numRuns: process.env['ORDERLOOM_SIZE'] === 'full' ? 2000 : 150 },
    );
  });
});
