// Slots move through three generations of partitions, there and back, while archivers of all partitions come and go: each
// archive is its log, and what closed is kept as the fold of all its events, wherever they stand.
import { describe, expect, test } from '@jest/globals';
import { streamIdOf, type Projection } from '@orderloom/decider';
import { accountView, bank } from '@orderloom/testing';
import fc from 'fast-check';
import { commandRequest } from '../command.ts';
import { eventsIn, splitFrames } from '../frames.ts';
import { jsonCodec } from '../memory/json-codec.ts';
import { memoryArchive, type MemoryArchive } from '../memory/memory-archive.ts';
import { memorySnapshotStore } from '../memory/memory-snapshot-store.ts';
import type { ArrivedSlot, StoredGroup } from '../ports/event-log.ts';
import { Processor } from '../processor/processor.ts';
import type { Projector } from '../projector.ts';
import { openArchiver } from './archiver.ts';

const codec = jsonCodec();
const registry = bank();
const OWNERS = ['ann', 'bob', 'cyd', 'dan', 'eve'];

/** Generations of one partition, of two and of two others. */
const GENERATIONS: readonly ((slot: number) => number)[] = [
  () => 0,
  (slot) => 1 + (slot % 2),
  (slot) => (slot % 3 === 0 ? 3 : 4),
];
const PARTITIONS = [0, 1, 2, 3, 4];
const generationOf = (partition: number): number => (partition === 0 ? 0 : partition < 3 ? 1 : 2);

/** A bank whose every event stands in the log of the partition that has its slot just then. */
const movingBank = () => {
  const processor = new Processor({ registry, codec: jsonCodec() });
  const logs = PARTITIONS.map((): StoredGroup[] => []);
  const arrived = PARTITIONS.map((): ArrivedSlot[] => []);
  const home = new Map<number, number>();
  const globals: Uint8Array[] = [];
  let said = 0;
  const put = (frame: Uint8Array): void => {
    const [event] = eventsIn(codec, [frame]);
    const partition = home.get(event!.slot) ?? 0;
    home.set(event!.slot, partition);
    const opened = arrived[partition]!.splice(0);
    logs[partition]!.push({
      ...{ first: logs[partition]!.length + 1, count: 1, frames: frame },
      ...(opened.length === 0 ? {} : { opened }),
    });
    if (event!.stream.type === 'world') globals.push(frame);
  };
  const say = (key: string, type: string, data: object, name = 'account'): string => {
    processor.begin(1000 + said);
    const stream = { tenant: 'main', type: name, key };
    const result = processor.decide(commandRequest({ stream, type, data, commandId: `c${String(said++)}` }));
    const { count = 0, frames = new Uint8Array() } = processor.group() ?? {};
    if (count > 0) splitFrames(Uint8Array.from(frames)).forEach(put);
    processor.commit();
    return result?.stream.key ?? '';
  };
  /** Every slot of these remainders goes there; one that holds nothing new passes through without a trace. */
  const move = (generation: number, remainder: number): void => {
    for (const [slot, from] of home) {
      const to = GENERATIONS[generation]!(slot);
      if (to === from || slot % 2 !== remainder) continue;
      const afterSequence = processor.partition.sequences[slot] ?? 0;
      arrived[to]!.push({ slot, afterSequence, from, fromIndex: logs[from]!.length });
      home.set(slot, to);
    }
  };
  say('main', 'CreateWorld', {}, 'world');
  const accounts = OWNERS.map((owner) => say('', 'OpenAccount', { owner, closeAfter: null }));
  return { logs, globals, say, move, accounts };
};
type Bank = ReturnType<typeof movingBank>;

const step = fc.oneof(
  fc.record({ kind: fc.constant('pay'), account: fc.nat(4), to: fc.nat(4) }),
  fc.record({ kind: fc.constant('close'), account: fc.nat(4), to: fc.nat(4) }),
  fc.record({ kind: fc.constant('move'), account: fc.nat(2), to: fc.nat(1) }),
);
const steps = fc.array(step, { minLength: 5, maxLength: 40 });
type Step = { readonly kind: string; readonly account: number; readonly to: number };
const bankAfter = (taken: readonly Step[]): Bank => {
  const world = movingBank();
  const { accounts, say } = world;
  for (const { kind, account, to } of taken) {
    if (kind === 'move') world.move(account, to);
    else if (kind === 'close') say(accounts[account]!, 'CloseAccount', {});
    else say(accounts[account]!, 'Deposit', { amount: 1 + to, from: null });
  }
  return world;
};

/** Archivers of all partitions over what they have kept; each is opened again after it has failed. */
const archivers = ({ logs, globals }: Bank, snapshotEvents: number) => {
  const kept = PARTITIONS.map((): MemoryArchive => ({ groups: [], archived: [], schemas: [] }));
  const snapshots = PARTITIONS.map(() => memorySnapshotStore());
  const open = new Map<number, Projector>();
  const begin = (partition: number): Promise<Projector> =>
    openArchiver({
      ...{ store: memoryArchive(codec, kept[partition]), snapshots: snapshots[partition]!, snapshotEvents },
      ...{ source: codec, codec, registry, projections: [accountView as Projection] },
      globals: async (known) => globals.slice(known),
      owns: (slot) => GENERATIONS[generationOf(partition)]!(slot) === partition,
      others: {
        partitions: () => PARTITIONS.filter((other) => generationOf(other) !== generationOf(partition)),
        open: (other) => ({ reader: memoryArchive(codec, kept[other]), parts: codec }),
      },
    });
  return {
    kept,
    kill: (partition: number) => open.delete(partition),
    isBehind: (partition: number) => kept[partition]!.groups.length < logs[partition]!.length,
    apply: async (partition: number, size: number): Promise<void> => {
      const archiver = open.get(partition) ?? (await begin(partition));
      open.set(partition, archiver);
      const at = kept[partition]!.groups.length;
      await archiver.apply(logs[partition]!.slice(at, at + size)).catch((error: unknown) => {
        open.delete(partition);
        // What it follows is not archived yet.
        expect(error).toMatchObject({ code: 'archive-unavailable', retryable: true });
      });
    },
  };
};

const documentOf = ({ logs }: Bank, key: string) => {
  const events = logs
    .flatMap((groups) =>
      eventsIn(
        codec,
        groups.map(({ frames }) => frames),
      ),
    )
    .filter(({ stream }) => stream.type === 'account' && stream.key === key)
    .sort((one, other) => one.version - other.version);
  const closed = events.findLastIndex(({ type }) => type === 'AccountClosed');
  if (closed < 0) return undefined;
  const document = events
    .slice(0, closed + 1)
    .reduce<unknown>(
      (folded, event) => (accountView as Projection).fold(folded, event, undefined),
      undefined,
    );
  return { version: closed + 1, document };
};
const archivedOf = (kept: readonly MemoryArchive[], key: string) => {
  const streamId = streamIdOf({ tenant: 'main', type: 'account', key });
  const found = kept.flatMap(({ archived }) => archived.filter((one) => one.streamId === streamId));
  return found.sort((one, other) => other.version - one.version)[0];
};

describe('archives of slots that move', () => {
  test('are their logs, and have what closed as a whole, whoever is behind and whoever dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(
          fc.record({ partition: fc.nat(4), size: fc.integer({ min: 1, max: 6 }), dies: fc.boolean() }),
        ),
        fc.constantFrom(1, 5, 1000),
        async (taken, turns, snapshotEvents) => {
          const world = bankAfter(taken);
          const { kept, apply, kill, isBehind } = archivers(world, snapshotEvents);
          for (const { partition, size, dies } of turns) {
            if (dies) kill(partition);
            await apply(partition, size);
          }
          // However far behind: nobody waits for somebody who waits for him.
          for (let before = -1; PARTITIONS.some(isBehind);) {
            const held = kept.reduce((sum, { groups }) => sum + groups.length, 0);
            expect(held).toBeGreaterThan(before);
            before = held;
            for (const partition of PARTITIONS) await apply(partition, 1000);
          }
          expect(kept.map(({ groups }) => groups)).toEqual(world.logs);
          for (const key of world.accounts) {
            const found = archivedOf(kept, key);
            const expected = documentOf(world, key);
            if (expected === undefined) expect(found).toBeUndefined();
            else expect(found).toMatchObject(expected);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  test('null control: without what the other archives hold, a slot that has come is not believed', async () => {
    const world = movingBank();
    for (const remainder of [0, 1]) world.move(1, remainder);
    for (const key of world.accounts) world.say(key, 'Deposit', { amount: 1, from: null });
    const { apply, kept } = archivers(world, 1000);
    for (const partition of [1, 2]) await apply(partition, 1000);
    expect(kept.slice(1, 3).flatMap(({ groups }) => groups)).toEqual([]);
    await apply(0, 1000);
    for (const partition of [1, 2]) await apply(partition, 1000);
    expect(kept.map(({ groups }) => groups)).toEqual(world.logs);
  });
});
