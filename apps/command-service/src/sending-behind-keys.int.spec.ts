import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { commandRequest, type Engine } from '@orderloom/engine';
import { openKeyStore, type SqliteKeyStore } from '@orderloom/sqlite';
import { sendingBehindKeys } from '@orderloom/distributed';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-sending-'));
  ends.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};
const open = (folder: string): SqliteKeyStore => openKeyStore(folder, { poolSize: 64, recordedFirst: true });
/** The folder as a process leaves it that is killed now. */
const afterKill = (folder: string): string => {
  const copy = aFolder();
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name));
  return copy;
};
const aCommand = (commandId: string) =>
  commandRequest({
    ...{ stream: { tenant: 'main', type: 'order', key: '' }, type: 'PlaceOrder', data: {} },
    commandId,
  });

/** An engine whose process is killed with each command, at the moment when a topic has taken it. */
const killedWithEach = (folder: string, left: string[]): Engine =>
  ({
    send: (request) => {
      left.push(afterKill(folder));
      return Promise.resolve({ outcome: 'pending', stream: request.stream });
    },
  }) as Partial<Engine> as Engine;

test('a command enters a topic only when its subject’s key can be given to nobody else, whenever the process dies', async () => {
  const folder = aFolder();
  const keyStore = open(folder);
  ends.unshift(keyStore.close);
  const left: string[] = [];
  const engine = sendingBehindKeys(killedWithEach(folder, left), keyStore);
  const buyers = Array.from({ length: 5 }, (_, at) => `main/buyer-${at}`);
  const keyIds = await Promise.all(
    buyers.map(async (buyer) => {
      const { keyId } = keyStore.assign(buyer);
      await engine.send(aCommand(buyer));
      return keyId;
    }),
  );
  expect(left).toHaveLength(5);
  for (const copy of left) {
    // A crash, an orderly stop, and a start that asks for somebody new.
    open(copy).close();
    const store = open(copy);
    expect(keyIds).not.toContain(store.assign('main/somebody-new').keyId);
    expect(buyers.map((buyer) => store.assign(buyer).keyId)).toEqual(keyIds);
    store.close();
  }
});
