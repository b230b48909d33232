/** So often a preparation is tried, each time with twice as much time. */
const TRIES = 3;

/**
 * Runs `attempt` with so many ms for what must be over by a certain instant, and with twice as many where it gives
 * `undefined`: the machine was too busy, and nothing can be said.
 */
export const inTime = async <T>(
  firstMs: number,
  attempt: (ms: number) => Promise<T | undefined>,
): Promise<T> => {
  for (let n = 0; n < TRIES; n++) {
    const found = await attempt(firstMs * 2 ** n);
    if (found !== undefined) return found;
  }
  throw new Error(`not prepared within ${String(firstMs * 2 ** (TRIES - 1))} ms`);
};
