import type { Contender, Measurement, Size } from '../harness/bench.ts';
import { replay, scan } from './replaying.ts';
import { writeAsJson, writeShopLog } from './shop-log.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 1000, full: 40_000 };

const WARM_UP = 3;

/** Times the last of several runs: by then the compiler has seen all code, and the system the whole file. */
const timed = (run: () => number): Measurement => {
  for (let time = 0; time < WARM_UP; time++) run();
  const began = performance.now();
  const events = run();
  const ms = performance.now() - began;
  return { events, replayed: (events * 1000) / ms, event: (ms * 1000) / events };
};

export const contenders: readonly Contender[] = [
  {
    name: 'orderloom',
    ours: true,
    about: 'log.db: each group checked against the one before it, every event decoded and folded',
    measure: async ({ folder, size }) => {
      await writeShopLog(folder, ORDERS[size]);
      return timed(() => replay(folder));
    },
  },
  {
    name: 'sqlite-json',
    about: 'the same events in a SQLite table, one row of JSON each: scanned and parsed, nothing else',
    measure: async ({ folder, size }) => {
      await writeShopLog(folder, ORDERS[size]);
      writeAsJson(folder);
      return timed(() => scan(folder));
    },
  },
];
