// What is staged is as durable as what is done: over kills of the process and deaths of its partition's owner an edit is
// committed once, as a whole, and with the receiver that was sealed when it was staged.
import { cpSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { EditState, StageChangeData } from '@orderloom/domain';
import type { CommandRequest } from '@orderloom/engine';
import { previewOf } from '@orderloom/views';
import { edgeCommand, openReceiver } from '@orderloom/wire';
import { exampleCluster } from './example-cluster.ts';
import { command, place, placement } from './example-commands.ts';
import { aFolder, cleanUp, eventsOf, startEngine } from './example-engine.ts';

afterEach(cleanUp);

type Shop = Awaited<ReturnType<typeof startEngine>>;

const RECEIVER = { name: 'Ann Example', email: 'ann@example.org' };
const nothing: StageChangeData = {
  ...{ buyerId: null, receiver: null, addNote: null, cancelOrder: null },
  ...{ holdOrder: null, releaseHold: null, extendDeadline: null, adjustCharges: null },
};
const changes: readonly Partial<StageChangeData>[] = [
  { cancelOrder: { reason: 'one is enough', lines: [{ lineId: 'a', quantity: 1 }] } },
  { holdOrder: { holdId: null, reason: 'the buyer calls back' } },
];

const toEdit = (orderId: string, type: string, data: object, commandId = type): CommandRequest => ({
  ...command({ type: 'edit', key: `${orderId}.a` }, type, data, commandId),
  actor: 'ann',
});
const begun = (orderId: string): readonly CommandRequest[] => [
  toEdit(orderId, 'BeginEdit', { orderVersion: 1, minutes: 60 }),
  ...changes.map((change, n) => toEdit(orderId, 'StageChange', { ...nothing, ...change }, `stage-${n}`)),
];
const commit = (orderId: string): CommandRequest => toEdit(orderId, 'CommitEdit', { orderVersion: 1 });
const MADE = ['OrderPlaced', 'LinesCancelled', 'OrderHeld'];

/** The folder as a process leaves it that is killed now. */
const afterKill = (folder: string): string => {
  const copy = aFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
};

const receiverFor = (shop: Shop): CommandRequest['data'] => {
  const sealer = { keyStore: shop.keyStore, tenant: 'main', commandId: 'receiver' };
  const made = edgeCommand('edit', 'StageChange', { buyerId: 'ann', receiver: RECEIVER }, sealer);
  if (made.outcome !== 'valid') throw new Error(JSON.stringify(made.violations));
  return made.data;
};

describe('an edit', () => {
  test('outlives its process, and is made once by the one behind it', async () => {
    const first = aFolder();
    const shop = await startEngine(first);
    const { stream } = await shop.done(place(placement(), 'place'));
    for (const request of begun(stream.key)) await shop.done(request);
    await shop.done(toEdit(stream.key, 'StageChange', receiverFor(shop), 'receiver'));
    const previewed = ({ engine, registry }: Shop) =>
      previewOf(
        { stateOf: engine.stateOf, registry, now: 0 },
        { ...stream, type: 'edit', key: `${stream.key}.a` },
      );
    const preview = await previewed(shop);
    expect(preview?.changes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);

    const second = afterKill(first);
    const behind = await startEngine(second);
    expect(await previewed(behind)).toEqual(preview);
    await behind.done(commit(stream.key));

    const third = afterKill(second);
    const last = await startEngine(third);
    expect(await last.send(commit(stream.key))).toMatchObject({ outcome: 'duplicate' });
    await last.engine.settled();
    const made = eventsOf(third).filter((event) => event.stream.type === 'order');
    expect(made.map(({ type }) => type)).toEqual([...MADE, 'ReceiverEdited']);
    const { receiver } = made.at(-1)?.data as { readonly receiver: Parameters<typeof openReceiver>[1] };
    expect(openReceiver(last.keyStore, receiver)).toMatchObject(RECEIVER);
    last.keyStore.erase('main/ann');
    expect(openReceiver(last.keyStore, receiver)).toBeUndefined();
  });

  test('is committed once whichever owner dies behind whichever step', async () => {
    const PARTITIONS = 3;
    const run = async (at: number, victim: number): Promise<number> => {
      const shop = exampleCluster(PARTITIONS);
      shop.submit(0, place(placement(), 'place'));
      shop.drain();
      const { key } = shop.cluster.results.at(-1)!.stream;
      let steps = 0;
      const died = async (): Promise<void> => {
        if (steps === at) await shop.cluster.takeOver(victim);
      };
      await died();
      for (const [door, request] of [...begun(key), commit(key)].entries()) {
        shop.submit(door % PARTITIONS, request);
        while (shop.cluster.waiting() > 0)
          for (let partition = 0; partition < PARTITIONS; partition++) {
            if (!shop.step(partition)) continue;
            steps++;
            await died();
          }
      }
      const events = Array.from({ length: PARTITIONS }, (_, partition) =>
        shop.cluster.events(partition),
      ).flat();
      expect(events.flatMap(({ type, stream }) => (stream.key === key ? [type] : []))).toEqual(MADE);
      expect((shop.stateOf('edit', `${key}.a`) as EditState).status).toBe('committed');
      return steps;
    };
    const steps = await run(-1, 0);
    expect(steps).toBeGreaterThan(3);
    for (let at = 0; at <= steps; at++)
      for (let victim = 0; victim < PARTITIONS; victim++) await run(at, victim);
  }, 60_000);
});
