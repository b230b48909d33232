import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { startPart } from '../harness/part.ts';
import { fill } from './fill.ts';

const OPEN_ORDERS: Readonly<Record<Size, number>> = { ci: 2000, full: 1_000_000 };
const start = async ({ folder, size }: Place): Promise<Measurement> => {
  const orders = OPEN_ORDERS[size];
  await fill(folder, orders);
  const part = startPart(['open-folder', folder]);
  const measured = (await part.said) as Measurement;
  await part.stop();
  return { 'open orders': orders, ...measured };
};

export const contenders: readonly Contender[] = [
  {
    name: 'orderloom',
    ours: true,
    about: 'the embedded profile, started on a folder with its snapshot and a tail of the log behind it',
    measure: start,
  },
];
