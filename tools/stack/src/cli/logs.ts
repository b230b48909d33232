import { existsSync, readFileSync } from 'node:fs';
import type { Standing } from './status.ts';

export type LogText = { readonly server: string; readonly file: string; readonly lines: readonly string[] };

/** The last lines of each node's log. */
export const lastLines = (standings: readonly Standing[], count: number): readonly LogText[] =>
  standings.flatMap(({ server, logs }) =>
    logs
      .filter((file) => existsSync(file))
      .map((file) => ({
        server,
        file,
        lines: readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count),
      })),
  );

export const logsText = (logs: readonly LogText[]): string =>
  logs.map(({ server, file, lines }) => [`--- ${server}: ${file}`, ...lines].join('\n')).join('\n');
