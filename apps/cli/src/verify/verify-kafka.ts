import { domainRegistry, tableStepper } from '@orderloom/domain';
import { eventsIn } from '@orderloom/engine';
import { committedLog, kafkaClient, type KafkaSettings } from '@orderloom/kafka';
import { openSchemaIds } from '@orderloom/schema-registry';
import { ownSchemas, wireCodec } from '@orderloom/wire';
import { type Verdict, verifyLog } from './verify-log.ts';

export type KafkaLogPlace = {
  readonly cluster: KafkaSettings;
  readonly registry: string;
  readonly prefix: string;
};

/** Verifies what is committed to the topics of an engine, beside its processes or without any. */
export const verifyKafka = async ({ cluster, registry, prefix }: KafkaLogPlace): Promise<Verdict> => {
  const codec = wireCodec();
  const log = await committedLog({
    kafka: kafkaClient(cluster),
    schemaIds: await openSchemaIds({
      ...ownSchemas(),
      ...{ url: registry, patienceMs: 0, onWait: () => undefined },
    }),
    codec,
    prefix,
  });
  try {
    const before = await log.restMark();
    return await verifyLog({
      groups: log.groups,
      apart: {
        tenants: eventsIn(codec, log.globals),
        isAtRest: async () => before !== undefined && before === (await log.restMark()),
      },
      codec,
      registry: domainRegistry({ stepper: tableStepper }),
    });
  } finally {
    await log.close();
  }
};
