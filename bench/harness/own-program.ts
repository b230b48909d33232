import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { engineNodeFlags } from '@orderloom/runtime';
import { ROOT } from './tree.ts';

export type OwnProgram = {
  readonly child: ChildProcess & { readonly stdout: Readable };
  /** Asks it to stop, and waits until it has. */
  readonly stop: () => Promise<void>;
};

/** Starts one of Orderloom's own programs with these settings and no others; it ends with this process at the latest. */
export const ownProgram = (
  app: 'command-service' | 'projector-search' | 'projector-cache',
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): OwnProgram => {
  const { PATH } = process.env;
  const child = spawn(
    process.execPath,
    [...engineNodeFlags(), join(ROOT, 'apps', app, 'dist', 'main.js'), ...args],
    {
      env: { PATH, ORDERLOOM_LOG_LEVEL: 'warn', ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const kill = (): void => void child.kill('SIGTERM');
  process.on('exit', kill);
  const ended = once(child, 'exit');
  return {
    child,
    stop: async () => {
      kill();
      await ended;
      process.off('exit', kill);
    },
  };
};
