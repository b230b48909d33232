import { execFileSync } from 'node:child_process';

export type User = { readonly uid: number; readonly gid: number };

/**
 * Whom root gives a server to that refuses to run as root: the first of `names` that exists, else `nobody`.
 * `undefined` for everybody but root. Throws where there is no such user.
 */
export const unprivileged = (...names: readonly string[]): User | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (user: string, flag: string): number =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const user of [...names, 'nobody']) {
    try {
      return { uid: idOf(user, '-u'), gid: idOf(user, '-g') };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error(
    `this server does not run as root, and there is no user ${[...names, 'nobody'].join(' or ')}`,
  );
};
