import { readFileSync } from 'node:fs';
import { ConfigError, jsonLogger, onStop, operationsServer, readConfig } from '@orderloom/runtime';
import { composeProjectorCache } from './compose.ts';

/** Longest orderly stop, ms: the window under way. */
const STOP_LIMIT_MS = 20_000;

/** EX_SOFTWARE and EX_CONFIG of sysexits.h. */
const EXIT_FAILED = 70;
const EXIT_CONFIG = 78;

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

const follow = async (): Promise<void> => {
  const config = readConfig(process.env);
  const log = jsonLogger({ level: config.logLevel });
  const { run, checks, metrics, closers } = await composeProjectorCache(config, log);
  const { host, port } = config;
  const operations = await operationsServer({ host, port, metrics, checks, build: { version: version() } });
  let hasFailed = false;
  const stop = onStop({
    closers: [...closers, { name: 'operations', close: operations.close }],
    limitMs: STOP_LIMIT_MS,
    log,
    exit: (code) => process.exit(hasFailed ? EXIT_FAILED : code),
  });
  process.stdout.write(`Orderloom projects to Redis; operations at ${operations.url}\n`);
  try {
    await run();
  } catch (error) {
    hasFailed = true;
    log.fatal({}, error instanceof Error ? error.message : 'the log cannot be followed');
    await stop('the log cannot be followed');
  }
};

try {
  await follow();
} catch (error) {
  process.stderr.write(`projector-cache: ${error instanceof Error ? error.message : 'could not start'}\n`);
  process.exit(error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILED);
}
