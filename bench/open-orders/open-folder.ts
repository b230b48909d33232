import { openEmbedded } from '@orderloom/embedded';
import type { Measurement } from '../harness/bench.ts';

const MB = 1024 * 1024;

/** Starts an engine on a folder, as the only work of its process; gives how long that took and what it holds. */
export const openFolder = async (folder = ''): Promise<Measurement> => {
  const began = performance.now();
  const before = process.threadCpuUsage();
  let read = 0;
  const { engine, stop } = await openEmbedded({ folder, onRead: () => read++ });
  const start = performance.now() - began;
  const { user, system } = process.threadCpuUsage(before);
  const peak = process.resourceUsage().maxRSS / 1024;
  // What the start has left behind is collected sooner or later, whoever asks for it.
  globalThis.gc?.();
  const { streams, deadlinesPending } = engine.figures();
  const measured = {
    start,
    'start, main thread': (user + system) / 1000,
    'read behind the snapshot': read,
    streams,
    deadlines: deadlinesPending,
    resident: process.memoryUsage.rss() / MB,
    'peak resident': peak,
  };
  await stop();
  return measured;
};
