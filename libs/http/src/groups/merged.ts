/** What one of several sources has given. */
export type From<K, T> = { readonly from: K; readonly value: T };

/**
 * What several sources give, each asked for more when what it gave was taken; whoever has given waits behind the others.
 * `undefined` each time that nothing has come for `idleMs`. Ends when `signal` aborts, which ends the sources too, or when all have
 * ended. Throws what one of them throws.
 */
export async function* merged<K, T>(
  sources: ReadonlyMap<K, AsyncIterable<T>>,
  { signal, idleMs }: { readonly signal: AbortSignal; readonly idleMs: number },
): AsyncGenerator<From<K, T> | undefined> {
  const asked = new Map<K, Promise<{ readonly from: K; readonly next: IteratorResult<T, unknown> }>>();
  const iterators = new Map([...sources].map(([from, source]) => [from, source[Symbol.asyncIterator]()]));
  const ask = (from: K, iterator: AsyncIterator<T>): void => {
    asked.delete(from);
    const next = iterator.next().then((result) => ({ from, next: result }));
    // One that fails while another is taken is heard in its turn.
    next.catch(() => undefined);
    asked.set(from, next);
  };
  for (const [from, iterator] of iterators) ask(from, iterator);
  try {
    while (asked.size > 0) {
      const idle = idleFor(idleMs, signal);
      const come = await Promise.race([...asked.values(), idle.over]).finally(idle.end);
      if (signal.aborted) return;
      if (come === undefined) {
        yield undefined;
        continue;
      }
      const { from, next } = come;
      if (next.done === true) {
        asked.delete(from);
        continue;
      }
      yield { from, value: next.value };
      const iterator = iterators.get(from);
      if (iterator !== undefined) ask(from, iterator);
    }
  } finally {
    for (const iterator of iterators.values()) void iterator.return?.().catch(() => undefined);
    await Promise.allSettled(asked.values());
  }
}

/** Resolves when the time is over, or the signal aborts. */
const idleFor = (ms: number, signal: AbortSignal) => {
  let finish: () => void = () => undefined;
  const over = new Promise<undefined>((resolve) => {
    finish = () => resolve(undefined);
    signal.addEventListener('abort', finish, { once: true });
  });
  const timer = setTimeout(finish, ms);
  if (signal.aborted) finish();
  return {
    over,
    end: (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
    },
  };
};
