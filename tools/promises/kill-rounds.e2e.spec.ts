// Invariant: a command that was acknowledged is in the log once, whenever the engine was killed with kill -9.
import { afterAll, describe, expect, test } from '@jest/globals';
import { crashRounds } from './crash-rounds.ts';
import { proof } from './proof.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { size } from './size.ts';

const ROUNDS = size(6, 50);

afterAll(cleanUp);

describe('an engine that is killed under load', () => {
  test(
    'has lost nothing that it had acknowledged, and has done nothing twice',
    async () => {
      const began = performance.now();
      const report = await crashRounds({ folder: aFolder(), rounds: ROUNDS, seed: 11 });
      proof('kill -9', report, performance.now() - began);
      expect(report.broken).toEqual([]);
      expect(report.last.violations).toEqual([]);
      expect(report.last.passed).toBe(true);
      expect(report).toMatchObject({ behind: [], unreadable: [], verified: [] });
      expect(report.last.figures.acknowledged).toBeGreaterThan(ROUNDS * 30);
    },
    size(120_000, 900_000),
  );
});
