import { join } from 'node:path';
import { identityOf, isAlive, type Identity } from '../processes/identity.ts';
import { whileLocked } from '../processes/lock.ts';
import type { ServerName, ServerOptions } from '../servers/servers.ts';
import { startServer, type Step } from '../servers/start-server.ts';
import { StackError } from '../stack-error.ts';
import { endServer, isServing, keepRecord, readRecord, type ServerRecord } from './records.ts';

// Long enough for whoever starts it to download it first.
const START_WITHIN_MS = 1_200_000;

export type Wanted<Name extends ServerName> = {
  readonly name: Name;
  readonly options: ServerOptions[Name];
  /** How many nodes it must have; any number where this is not said. */
  readonly nodes?: number;
  readonly holders: ServerRecord['holders'];
  readonly onStep?: (step: Step) => void;
};

const heldAlso = (record: ServerRecord, more: ServerRecord['holders']): ServerRecord => {
  if (record.holders === 'until-down' || more === 'until-down') return { ...record, holders: 'until-down' };
  const others = record.holders.filter(
    (holder) => isAlive(holder) && !more.some(({ pid }) => pid === holder.pid),
  );
  return { ...record, holders: [...others, ...more] };
};

const thisProcess = (): readonly Identity[] => [identityOf(process.pid)].filter((me) => me !== undefined);

const begin = async <Name extends ServerName>(run: string, wanted: Wanted<Name>): Promise<ServerRecord> => {
  const { name, options, holders, onStep } = wanted;
  const about = { id: name, name, folder: join(run, name) };
  const { layout, processes } = await startServer({
    ...about,
    options,
    ...(onStep && { onStep }),
    // Until it serves it is for whoever starts it, and ends with that one.
    onLaunch: (launched) =>
      keepRecord(run, { ...about, urls: [], logs: [], processes: launched, holders: thisProcess() }),
  });
  return { ...about, urls: layout.urls, logs: layout.nodes.map(({ log }) => log), processes, holders };
};

/**
 * The one server of that name in a run: as it is, or started now. Processes that ask at once get the same. Throws
 * `other-shape` where it runs with another number of nodes than is wanted.
 */
export const obtain = <Name extends ServerName>(run: string, wanted: Wanted<Name>): Promise<ServerRecord> =>
  whileLocked(join(run, `${wanted.name}.lock`), START_WITHIN_MS, async () => {
    const known = readRecord(run, wanted.name);
    const serves = known !== undefined && isServing(known);
    if (known !== undefined && !serves) await endServer(run, known);
    if (serves && known.processes.length !== (wanted.nodes ?? known.processes.length))
      throw new StackError(
        'other-shape',
        `${wanted.name} runs with ${known.processes.length}, not ${wanted.nodes ?? ''}`,
      );
    const record = serves ? heldAlso(known, wanted.holders) : await begin(run, wanted);
    keepRecord(run, record);
    return record;
  });
