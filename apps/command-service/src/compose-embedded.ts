import { followingEngine } from '@orderloom/client';
import type { PublishedLifecycle } from '@orderloom/domain';
import {
  httpAccounts,
  httpHooks,
  isSignedNow,
  legHandlers,
  paymentCallbacks,
  paymentQueryHandler,
  paymentRefundHandler,
  startEffectWorker,
  webhookHandler,
  type Send,
} from '@orderloom/effects';
import { ensureTenant, openEmbedded } from '@orderloom/embedded';
import { EFFECTS_GROUP, tailedMember } from '@orderloom/engine';
import type { HttpServer } from '@orderloom/http';
import type { Config, Logger } from '@orderloom/runtime';
import { exchangeSealer } from '@orderloom/wire';
import { httpEdge } from './http-edge.ts';
import { noticedAlarms } from './noticed-alarms.ts';

/**
 * The embedded profile behind HTTP: one engine on SQLite, its tenant `main`, its edge.
 * This page is the wiring diagram of the process; nothing is wired anywhere else.
 */
export const composeEmbedded = async (
  { config, lifecycles }: { readonly config: Config; readonly lifecycles: readonly PublishedLifecycle[] },
  log: Logger,
): Promise<{ readonly server: HttpServer; readonly stop: () => Promise<void> }> => {
  const alarms = noticedAlarms(log);
  const onProblem = (message: string): void => {
    log.warn({}, message);
  };
  const { engine, keyStore, registry, precheck, verdicts, tail, follow, parked, generations, stop } =
    await openEmbedded({
      folder: config.data,
      durability: config.durability,
      lifecycle: config.lifecycle,
      lifecycles,
      statesInMemory: config.statesInMemory,
      hooks: httpHooks(config.hooks, Date.now),
      onAlarm: alarms.onAlarm,
      onProblem,
      onFatal: () => {
        log.fatal({}, 'the log cannot be trusted any more: the process ends');
        process.exit(70);
      },
    });
  for (const tenant of new Set(['main', ...engine.tenants()])) await ensureTenant(engine, tenant, lifecycles);
  // Where nothing may be called nobody makes calls: what is due waits.
  const send: Send = (request) => engine.send(request);
  const accounts = httpAccounts(config.paymentProviders);
  const seal = exchangeSealer({ engine, keyStore, onProblem });
  const paying = { accounts, send, seal };
  const effects =
    config.webhookOrigins.size + accounts.size === 0
      ? undefined
      : startEffectWorker({
          following: await followingEngine({ engine, follow }, EFFECTS_GROUP),
          send,
          handlers: {
            webhook: webhookHandler({ origins: config.webhookOrigins, now: Date.now }),
            'payment-query': paymentQueryHandler(paying),
            'payment-refund': paymentRefundHandler(paying),
            ...legHandlers(paying),
          },
          onProblem: ({ message }) => {
            onProblem(message);
          },
        });
  const callbacks = paymentCallbacks({
    accounts: config.paymentProviders,
    ...{ send, seal },
    isSigned: isSignedNow(Date.now),
  });
  const edge = {
    engine,
    registry,
    keyStore,
    precheck,
    generations,
    alarms: () => alarms.counted(registry),
    events: { tail, parked, follow: async (group: string) => tailedMember(await follow(group), tail) },
    durability: config.durability,
    ...(accounts.size > 0 && { callbacks }),
    ...(config.hooks.size > 0 && { verdicts }),
  };
  const server = await httpEdge(edge, config, log);
  return {
    server,
    stop: async () => {
      await effects?.stop();
      await stop();
    },
  };
};
