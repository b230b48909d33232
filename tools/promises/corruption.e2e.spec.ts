// Invariant: a damaged log is found when the engine starts, and named; nothing is served from it as if it were whole,
// and what is intact can be taken out.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openKeyStore, openLog, readLog, salvage, type Salvage } from '@orderloom/sqlite';
import { random, type LogEvent } from '@orderloom/testing';
import type { OrderPlacedData } from '@orderloom/domain';
import { openReceiver } from '@orderloom/wire';
import { appWithShop } from './a-shop.ts';
import { runApp } from './app.ts';
import { eventsOf, readEvents } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { size } from './size.ts';

const FLIPS = size(150, 2_000);
const KEY_FLIPS = size(60, 1_000);
const CUTS = size(25, 200);

let whole: string;
let events: readonly LogEvent[];
let bytes: number;
let content: string;

beforeAll(async () => {
  whole = aFolder();
  expect(await (await appWithShop(whole, 300)).stop()).toBe(0);
  events = readEvents(whole);
  content = contentOf(whole);
  bytes = readFileSync(join(whole, 'log.db')).length;
}, 60_000);
afterAll(cleanUp);

const aCopy = (): string => {
  const folder = aFolder();
  for (const name of ['log.db', 'keys.db']) copyFileSync(join(whole, name), join(folder, name));
  return folder;
};
const flipBit = (folder: string, name: string, { at, bit }: { at: number; bit: number }): void => {
  const content = readFileSync(join(folder, name));
  content[at] = content[at]! ^ (1 << bit);
  writeFileSync(join(folder, name), content);
};

/** Everything that a reader gets from a log, as one hash. */
const contentOf = (folder: string): string => {
  const log = readLog(folder);
  const content = createHash('sha256').update(JSON.stringify(log.schemas));
  for (const { first, count, frames } of log.read(0)) content.update(`${first} ${count} `).update(frames);
  log.close();
  return content.digest('hex');
};

/** What is said where something cannot be done; `undefined`: it can. */
const complaintOf = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return `${String(code)}: ${message}`;
  }
};
const openOnce = (folder: string): void => openLog(folder, { schemas: [] }).close();

/** Only as it was written, and only what was written. */
const expectOnlyOriginals = ({ schemas, groups }: Salvage): void => {
  const originals = new Map(events.map((event) => [`${event.slot}:${event.sequence}`, event]));
  const proven = eventsOf(
    schemas,
    groups.filter((group) => group.proven),
  );
  for (const event of proven) expect(event).toEqual(originals.get(`${event.slot}:${event.sequence}`));
};

describe('a log with one flipped bit', () => {
  test(
    'is named, or reads exactly as before',
    () => {
      const source = random(15);
      const folder = aCopy();
      const unnamed: string[] = [];
      let found = 0;
      for (let n = 0; n < FLIPS; n++) {
        const [at, bit] = [source.below(bytes), source.below(8)];
        copyFileSync(join(whole, 'log.db'), join(folder, 'log.db'));
        flipBit(folder, 'log.db', { at, bit });
        const complaint = complaintOf(() => openOnce(folder));
        if (complaint === undefined) expect(contentOf(folder)).toBe(content);
        else if (/^log-(corrupt|too-new): .*log\.db/.test(complaint)) found += 1;
        else unnamed.push(`bit ${String(bit)} of byte ${String(at)}: ${complaint}`);
      }
      expect(unnamed).toEqual([]);
      expect(found).toBeGreaterThan(FLIPS / 2);
    },
    size(60_000, 600_000),
  );
});

describe('a key store with one flipped bit', () => {
  const openAll = (folder: string): void => {
    const keyStore = openKeyStore(folder);
    try {
      const placed = events.filter(({ type }) => type === 'OrderPlaced');
      for (const { data } of placed)
        expect(openReceiver(keyStore, (data as OrderPlacedData).receiver!)).toBeDefined();
    } finally {
      keyStore.close();
    }
  };

  test(
    'is named, or opens every receiver as before',
    () => {
      const source = random(17);
      const folder = aCopy();
      const length = readFileSync(join(whole, 'keys.db')).length;
      const unnamed: string[] = [];
      for (let n = 0; n < KEY_FLIPS; n++) {
        const [at, bit] = [source.below(length), source.below(8)];
        copyFileSync(join(whole, 'keys.db'), join(folder, 'keys.db'));
        flipBit(folder, 'keys.db', { at, bit });
        const complaint = complaintOf(() => openAll(folder));
        if (complaint !== undefined && !/^keys-corrupt: .*keys\.db/.test(complaint))
          unnamed.push(`bit ${String(bit)} of byte ${String(at)}: ${complaint}`);
      }
      expect(unnamed).toEqual([]);
    },
    size(60_000, 600_000),
  );
});

describe('a log that was cut', () => {
  test(
    'is named wherever it was cut, and what stands before the cut can be taken out',
    () => {
      const source = random(16);
      const folder = aCopy();
      for (let n = 0; n < CUTS; n++) {
        const left = n === 0 ? bytes - 1 : 1 + source.below(bytes - 1);
        copyFileSync(join(whole, 'log.db'), join(folder, 'log.db'));
        truncateSync(join(folder, 'log.db'), left);
        expect(complaintOf(() => openOnce(folder))).toMatch(/^log-corrupt: .*log\.db/);
        expectOnlyOriginals(salvage(folder));
      }
    },
    size(60_000, 600_000),
  );
});

describe('the engine on a damaged log', () => {
  const refusal = async (folder: string): Promise<string> => {
    const { ended, output } = runApp(folder);
    expect((await ended).code).toBe(70);
    return output();
  };

  test('does not start, and names the file and the group', async () => {
    const folder = aCopy();
    const frames = readFileSync(join(folder, 'log.db'));
    flipBit(folder, 'log.db', { at: frames.indexOf('SKU-', Math.floor(bytes / 2)), bit: 3 });
    expect(await refusal(folder)).toMatch(
      /log\.db: the group that begins with event \d+: .* is not what was written/,
    );
    const saved = salvage(folder);
    expectOnlyOriginals(saved);
    const total = saved.groups.reduce((sum, { count, proven }) => sum + (proven ? count : 0), 0);
    expect(total).toBeGreaterThan(events.length * 0.8);
    expect(total).toBeLessThan(events.length);
  }, 60_000);

  test('does not start on one that was cut in the middle, and exports the first half', async () => {
    const folder = aCopy();
    truncateSync(join(folder, 'log.db'), Math.floor(bytes / 2));
    expect(await refusal(folder)).toMatch(/log\.db/);
    const saved = salvage(folder);
    expectOnlyOriginals(saved);
    expect(saved.groups[0]).toMatchObject({ first: 1, proven: true });
    expect(saved.groups.at(-1)?.first).toBeLessThan(events.length);
  }, 60_000);
});
