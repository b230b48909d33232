// Invariant: what an append has acknowledged is in the archive after its process was killed, and what it has not is there
// as a whole or not at all. The same after a power cut, where only what was synced is left.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jsonCodec } from '@orderloom/engine';
import { bankHistory, leftOut, powerCut, powerCutObstacle, random, type PowerCut } from '@orderloom/testing';
import { readArchive } from './read-archive.ts';

const ROUNDS = process.env.ORDERLOOM_SIZE === 'full' ? 50 : 8;
const { groups } = bankHistory({ accounts: 20, deposits: 40 });
/** The history as the owner reads it: it has no test library. */
const WRITTEN = JSON.stringify(
  groups.map(({ first, count, frames }) => [first, count, Buffer.from(frames).toString('base64')]),
);

/** Opens the archive, says so, and appends what is missing of the history; prints its head after each append. */
const OWNER = `
  import { openArchive } from '@orderloom/archive';
  import { jsonCodec } from '@orderloom/engine';
  import { readFileSync } from 'node:fs';
  const [, folder, history] = process.argv;
  const groups = JSON.parse(readFileSync(history, 'utf8'))
    .map(([first, count, text]) => ({ first, count, frames: Buffer.from(text, 'base64') }));
  const schemas = [{ id: 1, name: 'json', fingerprint: '00', json: '{}' }];
  const store = await openArchive({ folder, partition: 0, codec: jsonCodec(), segmentBytes: 4000 });
  process.stdout.write(store.head() + '\\n');
  while (store.head() < groups.length) {
    const batch = groups.slice(store.head(), store.head() + 3);
    await store.append({ schemas, groups: batch, archived: [] });
    process.stdout.write(store.head() + '\\n');
  }`;

const cleaning: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleaning.splice(0)) clean();
});
const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-archive-crash-'));
  cleaning.push(() => {
    for (const path of [folder, `${folder}.history`]) rmSync(path, { recursive: true, force: true });
  });
  return folder;
};

/** Runs an owner until it has printed so many lines, then kills it at once; gives the head that it has acknowledged. */
const killedAfter = (lines: number, folder: string, env: PowerCut['env'] = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const history = `${folder}.history`;
    writeFileSync(history, WRITTEN);
    const args = ['--conditions=@orderloom/source', '--input-type=module', '-e', OWNER, folder, history];
    const child = spawn(process.execPath, args, {
      cwd: import.meta.dirname,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let [head, seen] = [0, 0];
    createInterface({ input: child.stdout }).on('line', (line) => {
      head = Number(line);
      if (++seen === lines) child.kill('SIGKILL');
    });
    child.once('error', reject).once('close', () => resolve(head));
  });

const readBack = (folder: string) =>
  Array.from(readArchive(folder, jsonCodec()).read(0), (group) => ({
    ...group,
    frames: Uint8Array.from(group.frames),
  }));

const rounds = async (folder: string, env: PowerCut['env'], cut: (round: number) => void): Promise<void> => {
  const source = random(7);
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await killedAfter(1 + source.below(12), folder, env);
    cut(round);
    const kept = readBack(folder);
    expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
    expect(kept).toEqual(groups.slice(0, kept.length));
  }
  await killedAfter(Infinity, folder, env);
  expect(readBack(folder)).toEqual(groups);
};

describe('an archive whose process is killed again and again', () => {
  it('has what was acknowledged, and goes on to the end without a gap or a repeat', async () => {
    await rounds(aFolder(), {}, () => undefined);
  }, 600_000);
});

const obstacle = powerCutObstacle();
if (obstacle !== undefined) leftOut('an archive over power cuts', obstacle);

(obstacle === undefined ? describe : describe.skip)('an archive whose power is cut', () => {
  const watched = (): { readonly folder: string; readonly power: PowerCut } => {
    const folder = aFolder();
    const power = powerCut(folder);
    cleaning.unshift(() => power.remove());
    return { folder, power };
  };

  it('has what was acknowledged, whichever pages of the rest have survived', async () => {
    const { folder, power } = watched();
    await rounds(folder, power.env, (round) =>
      power.restore({ surviving: (round % 3) / 2, seed: round + 1 }),
    );
  }, 600_000);
});
