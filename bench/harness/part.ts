import { fork } from 'node:child_process';
import { once } from 'node:events';
import { engineNodeFlags } from '@orderloom/runtime';

/** A part of the work in a process of its own. It ends with `stop`, and at the latest with this process. */
export type Part = {
  /** What it said first. Rejects with its error, or where it ended without a word. */
  readonly said: Promise<unknown>;
  /** Resolves when its process is gone. */
  readonly stop: () => Promise<void>;
};

type Word = { readonly value: unknown } | { readonly error: string };

/**
 * Starts this program once more, with other arguments, and with the flags of Node that are advised for an engine in
 * one's own process: the others have them too. What the part prints goes to stderr.
 */
export const startPart = (args: readonly string[]): Part => {
  const child = fork(process.argv[1] ?? '', args, {
    execArgv: [...engineNodeFlags()],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const ended = once(child, 'exit');
  const said = new Promise<unknown>((resolve, reject) => {
    child.once('message', (word: Word) => {
      if ('error' in word) reject(new Error(word.error));
      else resolve(word.value);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(
        new Error(`${args.join(' ')} ended without a result (${signal ?? `exit code ${String(code)}`})`),
      );
    });
  });
  // Where nobody waits for a word any more, a late failure is no news.
  said.catch(() => undefined);
  return {
    said,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

/** The other side of `startPart`: says what `work` gives, and ends when the process that started this one does. */
export const runAsPart = async (work: () => Promise<unknown>): Promise<void> => {
  process.once('disconnect', () => process.exit(1));
  process.once('SIGTERM', () => process.exit(0));
  let word: Word;
  try {
    word = { value: await work() };
  } catch (error) {
    word = { error: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(word);
};
