import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';

/**
 * Sees to it that the servers of a run end with those they are for, even if those are killed. A process of its own,
 * one a run: whoever starts a server calls this afterwards, and all but the first come to nothing.
 */
export const ensureGuard = (run: string): void => {
  // From source under tests, from dist under benches: Node runs either.
  const program = join(import.meta.dirname, `guard-entry${extname(import.meta.filename)}`);
  const env = { PATH: process.env['PATH'] ?? '' };
  spawn(process.execPath, [program, run], { cwd: '/', detached: true, stdio: 'ignore', env }).unref();
};
