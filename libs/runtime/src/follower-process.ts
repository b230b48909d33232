import type { Registry } from 'prom-client';
import { ConfigError, readConfig, type Config } from './config.ts';
import { jsonLogger, type Logger } from './logger.ts';
import { operationsServer } from './operations-server.ts';
import { onStop, type Closer } from './stop.ts';

/** Longest orderly stop, ms: the window under way, the last write behind it. */
const STOP_LIMIT_MS = 20_000;

/** EX_SOFTWARE and EX_CONFIG of sysexits.h. */
const EXIT_FAILED = 70;
const EXIT_CONFIG = 78;

/** What follows the log, with everything that it is made of. */
export type ComposedFollower = {
  /** Follows the log until it is stopped; rejects where it cannot go on. */
  readonly run: () => Promise<void>;
  /** What must hold for the process to do its work. */
  readonly checks: () => Readonly<Record<string, boolean>>;
  readonly metrics: Registry;
  /** What takes input first, what keeps data last. */
  readonly closers: readonly Closer[];
};

export type FollowerProcessOptions = {
  /** The program's name, before what it says of a failed start. */
  readonly name: string;
  /** What it does, for people: `projects to Redis`. */
  readonly does: string;
  readonly version: string;
  /** Begins to send spans to the endpoint, where one is said. */
  readonly startTracing: (
    endpoint: string | null,
    service: { readonly name: string; readonly version: string },
  ) => Promise<{ readonly stop: () => Promise<void> }>;
  readonly compose: (config: Config, log: Logger) => Promise<ComposedFollower>;
};

const follow = async (options: FollowerProcessOptions): Promise<void> => {
  const { name, does, version, compose } = options;
  const config = readConfig(process.env);
  const log = jsonLogger({ level: config.logLevel });
  const spans = await options.startTracing(config.otlpEndpoint, { name, version });
  const { run, checks, metrics, closers } = await compose(config, log);
  const { host, port } = config;
  const operations = await operationsServer({ host, port, metrics, checks, build: { version } });
  let hasFailed = false;
  const stop = onStop({
    closers: [
      ...closers,
      { name: 'operations', close: operations.close },
      { name: 'tracing', close: spans.stop },
    ],
    limitMs: STOP_LIMIT_MS,
    log,
    exit: (code) => process.exit(hasFailed ? EXIT_FAILED : code),
  });
  process.stdout.write(`Orderloom ${does}; operations at ${operations.url}\n`);
  try {
    await run();
  } catch (error) {
    hasFailed = true;
    log.fatal({}, error instanceof Error ? error.message : 'the log cannot be followed');
    await stop('the log cannot be followed');
  }
};

/**
 * A follower of the log as a process: its configuration, its operations and an orderly stop around what `compose` makes.
 * Ends the process with 78 where the configuration cannot be used, with 70 where it cannot start or go on.
 */
export const followerProcess = async (options: FollowerProcessOptions): Promise<void> => {
  try {
    await follow(options);
  } catch (error) {
    process.stderr.write(`${options.name}: ${error instanceof Error ? error.message : 'could not start'}\n`);
    process.exit(error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILED);
  }
};
