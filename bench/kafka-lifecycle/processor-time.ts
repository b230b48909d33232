import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Processor time that this process has used, ms. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Fields of /proc/PID/stat behind the name, which may hold anything: user and system time are the 12th and 13th. */
const USER = 11;
const SYSTEM = 12;

let ticksASecond: number | undefined;

/** Processor time that a process of this machine has used, ms. */
export const processTimeMs = (pid: number): number => {
  ticksASecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[USER]) + Number(fields[SYSTEM])) * 1000) / ticksASecond;
};
