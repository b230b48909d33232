import { ensureTenant, openEmbedded } from '@orderloom/embedded';
import { IDEMPOTENCY_WINDOW_MS } from '@orderloom/engine';
import { createHttpServer, type HttpServer } from '@orderloom/http';
import { metricsRegistry, type Config, type Logger } from '@orderloom/runtime';
import { presentDocument, summarizeDocument } from '@orderloom/views';
import { edgeCommand, holdsCardNumber, jsonEvent } from '@orderloom/wire';
import { buildVersion } from './build.ts';
import { describeLifecycle } from './describe-lifecycle.ts';
import { outsideCommands, problemTitles } from './edge-catalogue.ts';
import { precheck } from './precheck.ts';

/**
 * The embedded profile behind HTTP: one engine on SQLite, its tenant `main`, its edge.
 * This page is the wiring diagram of the process; nothing is wired anywhere else.
 */
export const composeEmbedded = async (
  config: Config,
  log: Logger,
): Promise<{ readonly server: HttpServer; readonly stop: () => Promise<void> }> => {
  const { engine, keyStore, registry, stop } = await openEmbedded({
    folder: config.data,
    durability: config.durability,
    lifecycle: config.lifecycle,
    statesInMemory: config.statesInMemory,
    onProblem: (message) => {
      log.warn({}, message);
    },
    onFatal: () => {
      log.fatal({}, 'the log cannot be trusted any more: the process ends');
      process.exit(70);
    },
  });
  for (const tenant of new Set(['main', ...engine.tenants()])) await ensureTenant(engine, tenant);
  const server = await createHttpServer({
    engine,
    prepareCommand: (streamType, commandType, body, sender) =>
      edgeCommand(streamType, commandType, body, { ...sender, keyStore }),
    holdsCardNumber,
    precheck: precheck(engine),
    present: presentDocument,
    summarize: summarizeDocument,
    presentEvent: jsonEvent,
    describeLifecycle: describeLifecycle(engine),
    commands: outsideCommands(registry),
    rejections: problemTitles,
    clock: Date.now,
    idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
    cursorKey: keyStore.tokenKey('list-cursors'),
    build: { version: buildVersion(), profile: config.profile, durability: config.durability },
    metrics: metricsRegistry(),
    log,
  });
  return { server, stop };
};
