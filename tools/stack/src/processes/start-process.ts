import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { StackError } from '../stack-error.ts';
import { groupOf, identityOf, isAlive, signalAll, type Identity } from './identity.ts';
import type { User } from './unprivileged.ts';
import { until } from './until.ts';

/** How to run one process of a server in its folder, and how to see that it serves. */
export type ProcessPlan = {
  readonly name: string;
  readonly folder: string;
  /** The file that gets all it says. */
  readonly log: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: User | undefined;
  readonly isReady: () => Promise<boolean>;
};

const START_TIMEOUT_MS = 180_000;
const END_TIMEOUT_MS = 30_000;
const LINES_SHOWN = 8;

const lastWords = ({ log }: ProcessPlan): string => {
  const words = existsSync(log) ? readFileSync(log, 'utf8') : '';
  return words.trim().split('\n').slice(-LINES_SHOWN).join('\n');
};

/** What a server is told of our surroundings: where programs are, and what any Java is to be started with. */
const surroundings = (): NodeJS.ProcessEnv => {
  const { PATH = '', JDK_JAVA_OPTIONS } = process.env;
  return { PATH, ...(JDK_JAVA_OPTIONS !== undefined && { JDK_JAVA_OPTIONS }) };
};

/** A group of its own: it outlives the process that starts it, and is ended with all that it starts in turn. */
const launch = (plan: ProcessPlan): ChildProcess => {
  const log = openSync(plan.log, 'a');
  const child = spawn(plan.command, plan.args, {
    cwd: plan.folder,
    detached: true,
    env: { ...surroundings(), HOME: plan.folder, LANG: 'C.UTF-8', ...plan.env },
    stdio: ['ignore', log, log],
    ...plan.user,
  });
  closeSync(log);
  child.unref();
  return child;
};

const failure = (plan: ProcessPlan, what: string): StackError => {
  const words = lastWords(plan);
  const taken = /address already in use|failed to bind/i.test(words);
  return new StackError(taken ? 'port-taken' : 'did-not-start', `${plan.name} ${what}:\n${words}`);
};

/**
 * Starts it and waits until it serves. Gives its processes, the first one first; `onLaunch` hears of that one as soon
 * as it is there. Throws `did-not-start` or `port-taken` with the last lines of its log, and leaves nothing running.
 */
export const startProcess = async (
  plan: ProcessPlan,
  onLaunch?: (first: Identity) => void,
): Promise<readonly Identity[]> => {
  const child = launch(plan);
  const first = child.pid === undefined ? undefined : identityOf(child.pid);
  if (first !== undefined) onLaunch?.(first);
  const over = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be run (${error.message})`));
    child.once('exit', (code, signal) => resolve(`ended with ${code ?? signal ?? 'nothing'}`));
  });
  let end: string | undefined;
  void over.then((how) => (end = how));
  const ready = await until(async () => {
    if (end !== undefined) return false;
    return (await plan.isReady()) ? true : undefined;
  }, START_TIMEOUT_MS);
  const group = child.pid === undefined ? [] : groupOf(child.pid);
  if (ready === true && end === undefined) return group;
  signalAll(group, 'SIGKILL');
  throw failure(plan, end ?? `did not serve within ${START_TIMEOUT_MS / 1000} s`);
};

/** Waits until none of them is left; `false`: time was over first. */
export const ended = async (processes: readonly Identity[], ms = END_TIMEOUT_MS): Promise<boolean> =>
  (await until(() => (processes.some(isAlive) ? undefined : true), ms)) ?? false;

/** Asks them to end, and ends those that do not; resolves when all are gone. */
export const endProcesses = async (
  processes: readonly Identity[],
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<void> => {
  signalAll(processes, signal);
  // Stopped ones do not hear SIGTERM before they run again.
  signalAll(processes, 'SIGCONT');
  if (await ended(processes)) return;
  signalAll(processes, 'SIGKILL');
  await ended(processes);
};
