import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** A process, told apart from every later one that is given the same id. */
export type Identity = { readonly pid: number; readonly started: string };

type Seen = { readonly isOver: boolean; readonly group: number; readonly started: string };

const linux = process.platform === 'linux';
const boot = linux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';

// Fields of /proc/PID/stat behind the program's name, which may hold blanks and brackets itself.
const STATE = 0;
const GROUP = 2;
const THREADS = 17;
const START_TICKS = 19;

const seenInProc = (pid: number): Seen | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const started = `${boot} ${fields[START_TICKS] ?? ''}`;
    // While a thread of its own is left, what it had open is open still: its first thread may be over before.
    const isOver = (fields[STATE] ?? '').startsWith('Z') && Number(fields[THREADS]) <= 1;
    return { isOver, group: Number(fields[GROUP]), started };
  } catch {
    return undefined;
  }
};

const seenByPs = (pid: number): Seen | undefined => {
  const args = ['-o', 'stat=,pgid=,lstart=', '-p', String(pid)];
  const [state, group, ...started] = spawnSync('ps', args, { encoding: 'utf8' }).stdout.trim().split(/\s+/);
  const isOver = state?.startsWith('Z') ?? false;
  return state ? { isOver, group: Number(group), started: started.join(' ') } : undefined;
};

const see = linux ? seenInProc : seenByPs;

/** `undefined` where there is no such process, or only what its parent has not yet buried. */
export const identityOf = (pid: number): Identity | undefined => {
  const seen = see(pid);
  return seen === undefined || seen.isOver ? undefined : { pid, started: seen.started };
};

export const isAlive = ({ pid, started }: Identity): boolean => identityOf(pid)?.started === started;

const allPids = (): readonly number[] =>
  (linux
    ? readdirSync('/proc')
    : spawnSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).stdout.split('\n')
  )
    .map(Number)
    .filter((pid) => pid > 0);

/** Every living process of a group, its leader first. */
export const groupOf = (leader: number): readonly Identity[] =>
  allPids()
    .filter((pid) => see(pid)?.group === leader)
    .sort((a, b) => Number(b === leader) - Number(a === leader))
    .map(identityOf)
    .filter((identity) => identity !== undefined);

/** Sends a signal to those that still are what they were; nobody else who got their id is touched. */
export const signalAll = (processes: readonly Identity[], signal: NodeJS.Signals): void => {
  for (const { pid } of processes.filter(isAlive))
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It ended between the look and the signal.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
};
