// Invariant: snapshots that are taken while the engine runs make a start after kill -9 short, and change nothing else.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openEmbedded } from '@orderloom/embedded';
import { checkHistory, random, recordHistory } from '@orderloom/testing';
import { aDoor } from './door.ts';
import { startEngine, type IpcEngine } from './ipc-engine.ts';
import { aLoad } from './load.ts';
import { readEvents, registry } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { openingCommands, retailWords } from './shop-words.ts';
import { size } from './size.ts';

const ROUNDS = size(5, 50);
const FAR = 86_400_000;
const OFTEN = { events: 200, bytes: 64 * 1024 * 1024 };
/** Answers between two kills: in the middle of a snapshot, between two, and behind several. */
const ANSWERS = [40, 90, 300, 700];

afterAll(cleanUp);

/** Every stream of a copy of the folder, as the next command would find it. */
const statesOf = async (folder: string, fromSnapshot: boolean) => {
  const copy = join(aFolder(), 'data');
  cpSync(folder, copy, { recursive: true });
  if (!fromSnapshot) rmSync(join(copy, 'snapshot.bin'));
  let read = 0;
  const { engine, stop } = await openEmbedded({ folder: copy, onRead: () => read++ });
  const states: [string, unknown][] = [];
  for (const { stream, version } of readEvents(folder))
    if (engine.versionOf(stream) === version) states.push([stream.key, await engine.stateOf(stream)]);
  await stop();
  return { read, states };
};

describe('an engine that takes snapshots while it is killed again and again', () => {
  test(
    'has lost nothing, and begins with its last snapshot',
    async () => {
      const folder = aFolder();
      const history = recordHistory();
      const door = aDoor();
      const source = random(17);
      let engine: IpcEngine | undefined;
      const send: IpcEngine['send'] = (command) => engine?.send(command) ?? Promise.reject(new Error('down'));
      const words = retailWords({ sealed: false });
      const load = aLoad({ sender: { send }, history, words, seed: 17, opened: door.opened });
      for (let round = 1; round <= ROUNDS; round++) {
        engine = await startEngine(folder, { snapshotPace: OFTEN }, {});
        door.open('');
        if (round === 1) {
          await Promise.all(openingCommands(FAR).map((command) => load.insist(command)));
          load.begin();
        }
        await load.answered(round === ROUNDS ? 1_000 : source.oneOf(ANSWERS));
        const isBack = history.fault('crash');
        door.close();
        await engine.kill();
        isBack();
      }
      const log = readEvents(folder);
      expect(checkHistory({ history: history.entries(), log, registry }).violations).toEqual([]);
      expect(existsSync(join(folder, 'snapshot.bin'))).toBe(true);
      const [sooner, whole] = [await statesOf(folder, true), await statesOf(folder, false)];
      expect(whole.read).toBe(log.length);
      // How much came behind the last snapshot is a matter of when the kill came.
      expect(sooner.read).toBeLessThan(log.length);
      expect(sooner.states).toEqual(whole.states);
    },
    size(180_000, 900_000),
  );
});
