// Invariant: a command that was acknowledged is in the log once, whenever the power was cut. A cut is a killed process
// whose folder is put back to what fsync had promised (tools/fault/fsync-shim.c).
import { afterAll, describe, expect, test } from '@jest/globals';
import { leftOut, powerCut, powerCutObstacle } from '@orderloom/testing';
import { crashRounds } from './crash-rounds.ts';
import { proof } from './proof.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { size } from './size.ts';

const ROUNDS = size(6, 50);

const obstacle = powerCutObstacle();
if (obstacle !== undefined) leftOut('power cuts of the engine', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

afterAll(cleanUp);

here('an engine whose power is cut under load', () => {
  test(
    'has lost nothing that it had acknowledged, and has done nothing twice',
    async () => {
      const folder = aFolder();
      const cut = powerCut(folder);
      try {
        const began = performance.now();
        // Every other time half of the unsynced pages have reached the disk all the same.
        const crashed = (round: number): void =>
          cut.restore({ surviving: round % 2 === 0 ? 0.5 : 0, seed: round });
        const report = await crashRounds({ folder, rounds: ROUNDS, seed: 12, env: cut.env, crashed });
        proof('power cut', report, performance.now() - began);
        expect(report.broken).toEqual([]);
        expect(report.last.violations).toEqual([]);
        expect(report.last.passed).toBe(true);
        expect(report).toMatchObject({ behind: [], unreadable: [], verified: [] });
        expect(report.last.figures.acknowledged).toBeGreaterThan(ROUNDS * 30);
      } finally {
        cut.remove();
      }
    },
    size(120_000, 900_000),
  );
});
