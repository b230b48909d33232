import type { EventTail } from '@orderloom/engine';

const STEP = 10;

/** A log in which event n says `{"n": n}` and is as long as it is told to be. */
export const smallTail = (length: number, eventBytes = 0) => {
  const waiting = new Set<() => void>();
  const filler = ' '.repeat(eventBytes);
  let head = length;
  let steps = 0;
  const more = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  const tail: EventTail = {
    partitions: 1,
    head: () => [head],
    next: async ([after = 0], _, signal) => {
      while (head <= after && !signal.aborted) await more(signal);
      if (signal.aborted) return { events: [], upTo: [after] };
      steps++;
      const upTo = Math.min(head, after + STEP);
      const indexes = Array.from({ length: upTo - after }, (_, at) => after + at + 1);
      const events = indexes.map((n) => ({ place: [n], json: `{"n":${n}${filler}}` }));
      return { events, upTo: [upTo] };
    },
  };
  return {
    tail,
    /** Pieces that were read so far. */
    steps: () => steps,
    setHead: (to: number) => {
      head = to;
      for (const done of [...waiting]) done();
    },
  };
};
