import type { SqliteLog } from '@orderloom/sqlite';

/** A log that says when something was appended. */
export type NoticedLog = SqliteLog & {
  /** Resolves when something was appended, and when `signal` aborts. */
  readonly appended: (signal: AbortSignal) => Promise<void>;
};

export const noticedLog = (log: SqliteLog): NoticedLog => {
  const waiting = new Set<() => void>();
  return {
    ...log,
    append: (group) => {
      log.append(group);
      for (const tell of [...waiting]) tell();
    },
    appended: (signal) =>
      new Promise((resolve) => {
        const tell = (): void => {
          waiting.delete(tell);
          signal.removeEventListener('abort', tell);
          resolve();
        };
        waiting.add(tell);
        signal.addEventListener('abort', tell, { once: true });
        if (signal.aborted) tell();
      }),
  };
};
