import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const APT_GET = '/usr/bin/apt-get';
const PACKAGE = 'chromium';

/**
 * A browser of this machine; `undefined`: there is none. Debian's package is installed only where
 * ORDERLOOM_STACK_INSTALL is 1, and what apt says goes to stderr.
 */
export const chromium = (): string | undefined => {
  const find = (): string | undefined => PLACES.find((path) => existsSync(path));
  const found = find();
  if (found !== undefined || process.env['ORDERLOOM_STACK_INSTALL'] !== '1' || !existsSync(APT_GET))
    return found;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync(APT_GET, ['update'], { env, stdio: ['ignore', 2, 2] });
    execFileSync(APT_GET, ['install', '--yes', '--no-install-recommends', PACKAGE], {
      env,
      stdio: ['ignore', 2, 2],
    });
  } catch {
    return undefined;
  }
  return find();
};
