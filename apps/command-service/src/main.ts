import { LifecycleError } from '@orderloom/domain';
import { startTracing } from '@orderloom/otlp';
import { removeEngineFile, writeEngineFile } from '@orderloom/sqlite';
import { ConfigError, jsonLogger, onStop } from '@orderloom/runtime';
import { banner } from './banner.ts';
import { buildVersion } from './build.ts';
import { composeEmbedded } from './compose-embedded.ts';
import { composeKafka } from './compose-kafka.ts';
import { lifecyclesOf } from './own-lifecycles.ts';
import { HELP, isFlagError, serveOptions } from './serve-options.ts';

/** Longest orderly stop, ms; past it the process ends all the same, and the log is what counts. */
const STOP_LIMIT_MS = 20_000;

/** EX_USAGE, EX_SOFTWARE and EX_CONFIG of sysexits.h. */
const EXIT_USAGE = 64;
const EXIT_FAILED = 70;
const EXIT_CONFIG = 78;

const serve = async (): Promise<void> => {
  const options = serveOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const { config, roles } = options;
  const log = jsonLogger({ level: config.logLevel });
  const service = { name: 'command-service', version: buildVersion() };
  const spans = await startTracing(config.otlpEndpoint, service);
  const lifecycles = await lifecyclesOf(config, log);
  const { server, stop } =
    config.profile === 'kafka'
      ? await composeKafka({ config, roles, lifecycles }, log)
      : await composeEmbedded({ config, lifecycles }, log);
  await server?.listen(config.port, config.host);
  onStop({
    closers: [
      { name: 'http', close: async () => server?.close() },
      { name: 'engine', close: stop },
      { name: 'tracing', close: spans.stop },
      {
        name: 'engine.json',
        close: () => {
          removeEngineFile(config.data);
        },
      },
    ],
    limitMs: STOP_LIMIT_MS,
    log,
    exit: (code) => process.exit(code),
  });
  // Whoever reads this may stop us at once: by now the signals are looked after.
  if (server !== undefined) writeEngineFile(config.data, { pid: process.pid, url: server.url() });
  process.stdout.write(banner(config, server?.url()));
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof ConfigError || error instanceof LifecycleError) return EXIT_CONFIG;
  return isFlagError(error) ? EXIT_USAGE : EXIT_FAILED;
};

try {
  await serve();
} catch (error) {
  process.stderr.write(`orderloom: ${error instanceof Error ? error.message : 'could not start'}\n`);
  process.exit(exitCodeOf(error));
}
