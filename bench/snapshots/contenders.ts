import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { orderloom, type DrivenOrderloom } from '../embedded-lifecycle/orderloom.ts';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { quantile } from '../harness/statistics.ts';
import { stepOf, type Act } from '../load/workload.ts';

const OPEN_ORDERS: Readonly<Record<Size, number>> = { ci: 3000, full: 100_000 };
const IN_FLIGHT = 64;
const NEVER = { events: Infinity, bytes: Infinity };
const MB = 1024 * 1024;

/** One act on each of so many orders; gives the latencies, ms. */
const actOnAll = async ({ subject }: DrivenOrderloom, act: Act, orders: number): Promise<Float64Array> => {
  const latencies = new Float64Array(orders);
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < orders) {
      const order = next++;
      const began = performance.now();
      await subject.send(stepOf(order, act));
      latencies[order] = performance.now() - began;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  return latencies;
};

/** Resolves with the time, ms, when a snapshot counts. */
const snapshotTaken = async ({ engine }: DrivenOrderloom): Promise<number> => {
  const began = performance.now();
  while (engine.figures().snapshotIndex === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return performance.now() - began;
};

const snapshotBin = (folder: string): string => join(folder, 'snapshot.bin');

/** Pays open orders; with `taking`, a snapshot begins with the first payment. */
const pay = async ({ folder, size }: Place, taking: boolean): Promise<Measurement> => {
  const orders = OPEN_ORDERS[size];
  const pace = { ...NEVER };
  const driven = await orderloom(folder, { snapshotPace: pace });
  await actOnAll(driven, 'place', orders);
  await driven.subject.settled?.();
  if (taking) pace.events = 1;
  const turns = monitorEventLoopDelay({ resolution: 1 });
  turns.enable();
  const snapshot = taking ? snapshotTaken(driven) : Promise.resolve(0);
  const began = performance.now();
  const latencies = await actOnAll(driven, 'pay', orders);
  const ms = performance.now() - began;
  turns.disable();
  const taken = taking
    ? { snapshot: await snapshot, size: statSync(snapshotBin(folder)).size / MB }
    : undefined;
  await driven.subject.close();
  return {
    'open orders': orders,
    accepted: (orders * 1000) / ms,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    'worst turn': turns.max / 1e6,
    ...taken,
  };
};

/** Opens a folder in which so many orders are open. */
const start = async ({ folder, size }: Place, fromSnapshot: boolean): Promise<Measurement> => {
  const driven = await orderloom(folder, { snapshotPace: NEVER });
  await actOnAll(driven, 'place', OPEN_ORDERS[size]);
  await driven.subject.settled?.();
  await driven.subject.close();
  if (!fromSnapshot) rmSync(snapshotBin(folder));
  const began = performance.now();
  const again = await orderloom(folder, { snapshotPace: NEVER });
  const ms = performance.now() - began;
  await again.subject.close();
  return { 'open orders': OPEN_ORDERS[size], start: ms };
};

export const contenders: readonly Contender[] = [
  {
    name: 'not-taking',
    about: 'open orders are paid, no snapshot is taken',
    measure: (place) => pay(place, false),
  },
  {
    name: 'taking',
    ours: true,
    about: 'the same, with a snapshot that begins with the first payment',
    measure: (place) => pay(place, true),
  },
  {
    name: 'start-from-snapshot',
    ours: true,
    about: 'a start on that folder, with its snapshot',
    measure: (place) => start(place, true),
  },
  {
    name: 'start-from-log',
    about: 'a start on that folder without: the log is read from its beginning',
    measure: (place) => start(place, false),
  },
];
