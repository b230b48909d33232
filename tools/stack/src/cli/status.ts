import { isServing, readRecord } from '../run/records.ts';
import { obstacleTo, type ServerName } from '../servers/servers.ts';

/** How a server stands. `dead`: it was started, and has ended without being told to. */
export type Standing = {
  readonly server: ServerName;
  readonly state: 'up' | 'dead' | 'down' | 'unavailable';
  readonly urls: readonly string[];
  /** Of each node's first process. */
  readonly pids: readonly number[];
  readonly logs: readonly string[];
  /** Why it cannot be had here; empty where it can. */
  readonly reason: string;
};

export const standingOf = (run: string, server: ServerName): Standing => {
  const record = readRecord(run, server);
  if (record === undefined) {
    const reason = obstacleTo(server) ?? '';
    return { server, state: reason === '' ? 'down' : 'unavailable', urls: [], pids: [], logs: [], reason };
  }
  const { urls, logs, processes } = record;
  const pids = processes.flatMap(([first]) => first?.pid ?? []);
  return { server, state: isServing(record) ? 'up' : 'dead', urls, pids, logs, reason: '' };
};

/** One line a server. */
export const statusText = (standings: readonly Standing[]): string => {
  const width = Math.max(...standings.map(({ server }) => server.length));
  const rest = ({ urls, pids, reason }: Standing): string =>
    [urls.join(','), pids.length > 0 ? `pid ${pids.join(',')}` : '', reason].filter(Boolean).join('  ');
  return standings
    .map((standing) =>
      `${standing.server.padEnd(width)}  ${standing.state.padEnd(4)}  ${rest(standing)}`.trimEnd(),
    )
    .join('\n');
};

const VARIABLES: Readonly<Record<ServerName, string>> = {
  kafka: 'ORDERLOOM_KAFKA_BROKERS',
  elasticsearch: 'ORDERLOOM_ELASTICSEARCH_NODES',
  'schema-registry': 'ORDERLOOM_SCHEMA_REGISTRY_URL',
  redis: 'ORDERLOOM_REDIS_URL',
};

/** What Orderloom reads to find the servers that are up, ready for a shell. */
export const variablesText = (standings: readonly Standing[]): string =>
  standings
    .filter(({ state }) => state === 'up')
    .map(({ server, urls }) => `${VARIABLES[server]}=${urls.join(',')}`)
    .join('\n');
