import { knownLifecycles, lifecyclesIn, type PublishedLifecycle } from '@orderloom/domain';
import { importConfigFile, type Config, type Logger } from '@orderloom/runtime';

/** What tenants get published: every lifecycle of this build, and those of the configuration file. */
export const lifecyclesOf = async (
  { configFile }: Config,
  log: Logger,
): Promise<readonly PublishedLifecycle[]> => {
  if (configFile === null) return knownLifecycles;
  const own = lifecyclesIn(await importConfigFile(configFile));
  for (const { published, warnings } of own)
    for (const warning of warnings)
      log.warn({}, `lifecycle ${published.name}@${published.version}: ${warning}`);
  return [...knownLifecycles, ...own.map(({ published }) => published)];
};
