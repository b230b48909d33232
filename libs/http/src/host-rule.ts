import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, problemOf } from './problem.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether a server may listen there as long as it has no authentication. */
export const isLoopback = (address: string): boolean => LOOPBACK.has(address);

/** The names under which a server on that port may be called. */
export const hostNames = (port: number): ReadonlySet<string> => {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
};

/**
 * Why a request may not come in: another host name (a name rebound to loopback by DNS), or a web page of another
 * origin. `undefined`: it may. There is no authentication behind this, so it is the only door.
 */
export const strangerProblem = (
  headers: IncomingHttpHeaders,
  names: ReadonlySet<string>,
): Problem | undefined => {
  const { host, origin } = headers;
  if (host === undefined || !names.has(host.toLowerCase()))
    return problemOf('wrong-host', 'Host must be a loopback name with the port of this server');
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return problemOf('foreign-origin', 'Sec-Fetch-Site says that another site sent this request');
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return problemOf('foreign-origin', 'Origin is not the origin of this server');
  return undefined;
};
