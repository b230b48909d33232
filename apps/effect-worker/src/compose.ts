import { followingLog, singleEvents } from '@orderloom/client';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import {
  httpAccounts,
  legHandlers,
  paymentQueryHandler,
  paymentRefundHandler,
  startEffectWorker,
  webhookHandler,
} from '@orderloom/effects';
import { EFFECTS_GROUP } from '@orderloom/engine';
import {
  consumersGroup,
  kafkaClient,
  kafkaEventSource,
  kafkaGroupProgress,
  kafkaLogTail,
  kafkaSender,
  partitionsOf,
} from '@orderloom/kafka';
import { metricsRegistry, type ComposedFollower, type Config, type Logger } from '@orderloom/runtime';
import { openSchemaIds } from '@orderloom/schema-registry';
import { ownSchemas, wireCodec, wireCommands } from '@orderloom/wire';
import { settingsOf } from './settings.ts';
import { workerProgress } from './worker-progress.ts';

const NAME = 'effect-worker';
/** How long an answer of the engine is waited for before it is asked again, ms. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Event log -> calls to the outside -> commands. This page is the wiring diagram of the process; nothing is wired
 * anywhere else. Processes of this kind share the partitions; what became of each attempt is in the log itself.
 */
export const composeEffectWorker = async (config: Config, log: Logger): Promise<ComposedFollower> => {
  const { brokers, schemaRegistry, webhookOrigins: origins, paymentProviders } = settingsOf(config);
  const metrics = metricsRegistry();
  const seen = workerProgress(metrics, log);
  const onProblem = (error: unknown): void =>
    log.warn({}, error instanceof Error ? error.message : 'problem');
  const schemaIds = await openSchemaIds({
    url: schemaRegistry,
    ...ownSchemas(),
    onWait: (reason) => log.warn({}, reason),
  });
  const kafka = kafkaClient({ ...config.kafkaAccess, brokers, clientId: NAME });
  const prefix = config.kafkaPrefix;
  const shared = { kafka, prefix, schemaIds, onProblem };
  const sender = await kafkaSender({
    ...shared,
    registry: domainRegistry({ stepper: tableStepper }),
    commandCodec: wireCommands(),
    partitions: await partitionsOf(kafka, prefix),
    waitMs: ANSWER_WITHIN_MS,
  });
  const codec = wireCodec();
  const source = await kafkaEventSource({ ...shared, codec, groupId: consumersGroup(EFFECTS_GROUP, prefix) });
  const progress = await kafkaGroupProgress({ kafka, prefix, group: EFFECTS_GROUP, onProblem });
  // A codec of its own: each is bound to what one reader has learnt.
  const single = singleEvents(wireCodec(), (own) => kafkaLogTail({ ...shared, codec: own }));
  const accounts = httpAccounts(paymentProviders);
  const worker = startEffectWorker({
    following: followingLog({ source, codec, progress }, progress.look, single.load),
    send: sender.send,
    handlers: {
      webhook: webhookHandler({ origins, now: Date.now }),
      'payment-query': paymentQueryHandler({ accounts, send: sender.send }),
      'payment-refund': paymentRefundHandler({ accounts, send: sender.send }),
      ...legHandlers({ accounts, send: sender.send }),
    },
    ...{ onProblem: seen.onProblem, onAttempt: seen.onAttempt },
  });

  return {
    run: () => seen.ended,
    checks: () => ({ following: seen.isFollowing() }),
    metrics,
    closers: [
      { name: 'worker', close: worker.stop },
      { name: 'parked events', close: single.close },
      { name: 'commands', close: sender.stop },
    ],
  };
};
