import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineFile, readEngineFile } from '@orderloom/sqlite';
import { unreachable } from '../cli-error.ts';
import { type Api, apiAt } from './api.ts';
import { startEngine } from './engine-process.ts';

export type Reach = {
  /** Data folder whose engine is meant. */
  readonly data: string;
  /** Address of the engine, where it was said; no folder is looked at then. */
  readonly url: string | undefined;
  readonly tenant: string;
};

const HEALTH_MS = 3000;
/** How long an engine that another process is just starting is waited for, ms. */
const WAIT_FOR_START_MS = 10_000;
const LOOK_EVERY_MS = 100;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(HEALTH_MS) })).ok;
  } catch {
    return false;
  }
};

/** The engine that owns the folder now; `undefined`: none does. Waits for one that is starting. */
export const livingEngine = async (folder: string): Promise<(EngineFile & { url: string }) | undefined> => {
  const until = Date.now() + WAIT_FOR_START_MS;
  for (;;) {
    const file = readEngineFile(folder);
    if (!file || !isAlive(file.pid)) return undefined;
    if (file.url !== null && (await answers(file.url))) return { pid: file.pid, url: file.url };
    // A pid may have gone to another program since; only the folder's lock knows, and the engine asks it.
    if (Date.now() > until) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};

/** Whether a data folder holds a log. */
const hasLog = (folder: string): boolean => existsSync(join(folder, 'log.db'));

/**
 * Runs `work` against an engine: the one at `--url`, the living one of the folder, or a private one that ends with it.
 * `creates`: the folder may be new. Throws `unreachable`.
 */
export const withEngine = async <T>(
  reach: Reach & { readonly creates: boolean },
  work: (api: Api) => Promise<T>,
): Promise<T> => {
  const { data, url, tenant, creates } = reach;
  if (url !== undefined) return work(apiAt(url.replace(/\/+$/, ''), tenant));
  const living = await livingEngine(data);
  if (living) return work(apiAt(living.url, tenant));
  if (!creates && !hasLog(data))
    throw unreachable(
      'no-data',
      `there is no engine and no log in ${data}`,
      'name the folder with --data or ORDERLOOM_DATA, or start with: orderloom serve',
    );
  const engine = await startEngine({ folder: data, port: 0, output: 'quiet' });
  try {
    return await work(apiAt(engine.url, tenant));
  } catch (error) {
    throw engine.failure() ?? error;
  } finally {
    await engine.stop();
  }
};
