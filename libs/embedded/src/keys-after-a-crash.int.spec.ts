// Which key is whose is known a moment later in keys.db than in the log: a crash in between must give nobody's key away.
import { cpSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import type { OrderPlacedData, PlaceOrderData } from '@orderloom/domain';
import { commandRequest } from '@orderloom/engine';
import { openLog } from '@orderloom/sqlite';
import { edgeCommand, wireCodec } from '@orderloom/wire';
import { place, placement } from './example-commands.ts';
import { aFolder, cleanUp, eventsOf, startEngine } from './example-engine.ts';

afterEach(cleanUp);

const POOL = 4096;
const RECEIVER = { name: 'Ann Example', phone: '+1 555 0100', email: 'ann@example.org' };

type Shop = Awaited<ReturnType<typeof startEngine>>;

/** What the edge makes of a placement: its receiver is sealed with the buyer's key. */
const sealed = ({ keyStore }: Pick<Shop, 'keyStore'>, buyerId: string): PlaceOrderData => {
  const sender = { keyStore, tenant: 'main', commandId: buyerId };
  const made = edgeCommand('order', 'PlaceOrder', { ...placement({ buyerId }), receiver: RECEIVER }, sender);
  if (made.outcome === 'invalid') throw new Error(JSON.stringify(made.violations));
  return made.data as PlaceOrderData;
};
const placeFor = (shop: Shop, buyerId: string) => shop.done(place(sealed(shop, buyerId), buyerId));
const keyIdOf = ({ keyStore }: Shop, buyerId: string): number => keyStore.assign(`main/${buyerId}`).keyId;

/** The folder as a process leaves it that is killed now. */
const afterKill = (folder: string): string => {
  const copy = aFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
};

/** By key, the subjects whose data the log's orders seal with it. */
const subjectsByKey = (folder: string): ReadonlyMap<number, ReadonlySet<string>> => {
  const found = new Map<number, Set<string>>();
  for (const { type, data } of eventsOf(folder)) {
    const { receiver } = data as OrderPlacedData;
    if (type !== 'OrderPlaced' || receiver === null) continue;
    found.set(receiver.keyId, (found.get(receiver.keyId) ?? new Set()).add(receiver.subject));
  }
  return found;
};

test('no key is two subjects’ over crashes, orderly stops and starts that fail, and keys.db does not grow', async () => {
  let folder = aFolder();
  for (let round = 0; round < 4; round++) {
    const shop = await startEngine(folder);
    for (const name of ['ann', 'bob', 'cee']) await placeFor(shop, `${name}-${round}`);
    // Sealed, and never heard of again.
    sealed(shop, `gone-${round}`);
    folder = afterKill(folder);
    const failing = startEngine(folder, {
      onRestore: () => {
        throw new Error('the listener is broken');
      },
    });
    await expect(failing).rejects.toThrow('the listener is broken');
    const stopped = await startEngine(folder);
    await placeFor(stopped, `dan-${round}`);
    await stopped.stop();
  }
  const keys = subjectsByKey(folder);
  expect(keys.size).toBe(16);
  expect([...keys.values()].filter(({ size }) => size > 1)).toEqual([]);
  const shop = await startEngine(folder);
  expect(shop.keyStore.find(POOL + 16 + 1)).toBeUndefined();
  for (const [keyId, subjects] of keys)
    for (const subject of subjects) expect(shop.keyStore.assign(subject).keyId).toBe(keyId);
});

test('a key that only a dead letter names stays its subject’s', async () => {
  const folder = aFolder();
  const shop = await startEngine(folder);
  const data = sealed(shop, 'ann');
  const { keyId } = data.receiver ?? { keyId: 0 };
  const killed = afterKill(folder);
  const log = openLog(killed, { schemas: wireCodec().schemas(), durability: 'full' });
  const stream = { tenant: 'main', type: 'order', key: '' };
  const { commandId } = commandRequest({ stream, type: 'PlaceOrder', data, commandId: 'ann' });
  log.append({
    ...{ first: log.head() + 1, count: 0, frames: new Uint8Array(), outbound: [], parked: [] },
    deadLetters: [
      {
        ...{ commandId, stream, commandType: 'PlaceOrder', code: 'internal-error', reason: 'Error' },
        ...{ recordedAt: 1, data: JSON.stringify(data) },
      },
    ],
  });
  log.close();
  const again = await startEngine(killed);
  expect(keyIdOf(again, 'bob')).not.toBe(keyId);
  expect(keyIdOf(again, 'ann')).toBe(keyId);
});
