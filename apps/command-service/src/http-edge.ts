import type { Registry } from '@orderloom/decider';
import { IDEMPOTENCY_WINDOW_MS, type Engine, type KeyStore } from '@orderloom/engine';
import { createHttpServer, type HttpServer } from '@orderloom/http';
import { metricsRegistry, type Config, type Logger } from '@orderloom/runtime';
import { presentDocument, summarizeDocument } from '@orderloom/views';
import { edgeCommand, holdsCardNumber, jsonEvent } from '@orderloom/wire';
import { buildVersion } from './build.ts';
import { describeLifecycle } from './describe-lifecycle.ts';
import { outsideCommands, problemTitles } from './edge-catalogue.ts';

type HttpOptions = Parameters<typeof createHttpServer>[0];

/** What differs between the profiles. */
export type EdgeParts = {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly keyStore: KeyStore;
  readonly precheck: HttpOptions['precheck'];
  /** What an acknowledged command survives, as `/healthz` says it. */
  readonly durability: string;
};

/** The HTTP edge of an engine, whatever profile it has. */
export const httpEdge = (
  { engine, registry, keyStore, precheck, durability }: EdgeParts,
  config: Config,
  log: Logger,
): Promise<HttpServer> =>
  createHttpServer({
    engine,
    prepareCommand: (streamType, commandType, body, sender) =>
      edgeCommand(streamType, commandType, body, { ...sender, keyStore }),
    holdsCardNumber,
    precheck,
    present: presentDocument,
    summarize: summarizeDocument,
    presentEvent: jsonEvent,
    describeLifecycle: describeLifecycle(engine),
    commands: outsideCommands(registry),
    rejections: problemTitles,
    clock: Date.now,
    idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
    cursorKey: keyStore.tokenKey('list-cursors'),
    build: { version: buildVersion(), profile: config.profile, durability },
    metrics: metricsRegistry(),
    log,
  });
