import { obtain } from './run/obtain.ts';
import { runFolder, runner } from './run/run-folder.ts';
import type { ServerName } from './servers/servers.ts';

/** Where a server is reached: one address a node. */
export type Server = { readonly urls: readonly string[] };

const found = new Map<ServerName, Promise<Server>>();

/**
 * The server that all suites of a test run share: the first that asks starts it, in whichever process, and it ends
 * with the run. A suite keeps to topics, indices or keys of its own. Throws `unavailable` where `obstacleTo` gives a
 * reason, `install-failed` or `did-not-start` where it cannot be had all the same.
 */
export const sharedServer = (name: ServerName): Promise<Server> => {
  const server = found.get(name) ?? obtain(runFolder(), { name, options: {}, holders: [runner()] });
  found.set(name, server);
  return server.then(({ urls }) => ({ urls }));
};
