import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../harness/tree.ts';

/** Starts one of Orderloom's own projectors; gives what ends it. */
export const startProjector = (
  app: 'projector-search' | 'projector-cache',
  settings: Readonly<Record<string, string>>,
): (() => Promise<void>) => {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'apps', app, 'dist', 'main.js')], {
    env: { PATH, PORT: '0', ORDERLOOM_LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGTERM');
  process.on('exit', kill);
  const ended = once(child, 'exit');
  return async () => {
    kill();
    await ended;
    process.off('exit', kill);
  };
};
