import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityOf, signalAll, type Identity } from './processes/identity.ts';
import { ended, endProcesses, startProcess, type ProcessPlan } from './processes/start-process.ts';
import { endServer, keepRecord, type ServerRecord } from './run/records.ts';
import { runFolder } from './run/run-folder.ts';
import type { ServerName, ServerOptions } from './servers/servers.ts';
import { startServer } from './servers/start-server.ts';
import type { Server } from './shared-server.ts';
import { StackError } from './stack-error.ts';

/** A server for one suite, which may hurt it. Nodes are counted from 0; without one, all are meant. */
export type OwnServer = Server & {
  /** The authority that clients must trust, PEM, where the server is secured. */
  readonly ca?: string;
  /** Of the nodes that run, in order. */
  readonly pids: () => readonly number[];
  /** Sends a signal to a node and all its processes; SIGKILL resolves when they are gone. */
  readonly kill: (signal: NodeJS.Signals, node?: number) => Promise<void>;
  /** Starts a node again on the same ports and data, after ending it if it still runs; resolves when it serves. */
  readonly restart: (node?: number) => Promise<void>;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
};

const thisProcess = (): readonly Identity[] => [identityOf(process.pid)].filter((me) => me !== undefined);

/** A connection of somebody else may have the port for a moment: it is tried so often. */
const [RESTARTS, RESTART_PAUSE_MS] = [3, 2_000];

const untilPortIsFree = async <T>(start: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++)
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof StackError) || error.code !== 'port-taken' || tries === RESTARTS) throw error;
      await pause(RESTART_PAUSE_MS);
    }
};

/**
 * Starts a server for the caller alone. It ends with `stop`, and at the latest with this process. Throws as
 * `sharedServer` does.
 */
export const ownServer = async <Name extends ServerName>(
  name: Name,
  options: ServerOptions[Name] = {},
): Promise<OwnServer> => {
  const run = runFolder();
  const id = `own-${name}-${randomUUID().slice(0, 8)}`;
  const about = { id, name, folder: join(run, id), holders: thisProcess() };
  const { layout, processes: first } = await startServer({
    ...about,
    options,
    onLaunch: (launched) => keepRecord(run, { ...about, urls: [], logs: [], processes: launched }),
  });
  const processes = [...first];
  const logs = layout.nodes.map(({ log }) => log);
  const record = (): ServerRecord => ({ ...about, urls: layout.urls, logs, processes });
  const keep = (): void => keepRecord(run, record());
  keep();

  const chosen = (node: number | undefined): readonly { index: number; plan: ProcessPlan }[] => {
    const all = layout.nodes.map((plan, index) => ({ index, plan }));
    const some = all.filter(({ index }) => node === undefined || index === node);
    if (some.length === 0) throw new StackError('unavailable', `${name} has no node ${node ?? ''}`);
    return some;
  };
  const kill = async (signal: NodeJS.Signals, node?: number): Promise<void> => {
    const meant = chosen(node).flatMap(({ index }) => processes[index] ?? []);
    signalAll(meant, signal);
    if (signal === 'SIGKILL') await ended(meant);
  };
  const restartOne = async ({ index, plan }: { index: number; plan: ProcessPlan }): Promise<void> => {
    await endProcesses(processes[index] ?? []);
    const start = () =>
      startProcess(plan, (first) => {
        processes[index] = [first];
        keep();
      });
    processes[index] = await untilPortIsFree(start);
    keep();
  };
  return {
    urls: layout.urls,
    ...(layout.ca !== undefined && { ca: layout.ca }),
    pids: () => processes.map(([first]) => first?.pid).filter((pid) => pid !== undefined),
    kill,
    restart: async (node) => {
      await Promise.all(chosen(node).map(restartOne));
    },
    stop: () => endServer(run, record()),
  };
};
