import { endServer, readRecord } from '../run/records.ts';
import type { ServerName } from '../servers/servers.ts';

/** Ends the named servers by process id, and removes their data. Those that are not up stay so. */
export const down = async (run: string, names: readonly ServerName[]): Promise<void> => {
  const end = async (name: ServerName): Promise<void> => {
    const record = readRecord(run, name);
    if (record !== undefined) await endServer(run, record, 'SIGTERM');
    process.stderr.write(`${name}: ${record === undefined ? 'is not up' : 'has ended'}\n`);
  };
  await Promise.all(names.map(end));
};
