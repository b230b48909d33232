import { domainRegistry, tableStepper } from '@orderloom/domain';
import { committedLog, kafkaClient } from '@orderloom/kafka';
import { openSchemaIds } from '@orderloom/schema-registry';
import { describeSchema, publicSchemas, wireCodec } from '@orderloom/wire';
import { type Verdict, verifyLog } from './verify-log.ts';

export type KafkaLogPlace = {
  readonly brokers: readonly string[];
  readonly registry: string;
  readonly prefix: string;
};

/** Verifies what is committed to the topics of an engine, beside its processes or without any. */
export const verifyKafka = async ({ brokers, registry, prefix }: KafkaLogPlace): Promise<Verdict> => {
  const codec = wireCodec();
  const log = await committedLog({
    kafka: kafkaClient({ brokers, clientId: 'orderloom-cli' }),
    schemaIds: await openSchemaIds({
      ...{ url: registry, schemas: publicSchemas(), describe: describeSchema },
      ...{ patienceMs: 0, onWait: () => undefined },
    }),
    codec,
    prefix,
  });
  try {
    return await verifyLog({
      groups: log.groups,
      tenants: log.globals.map((frame) => codec.readFrame(Buffer.from(frame), 0).event),
      codec,
      registry: domainRegistry({ stepper: tableStepper }),
    });
  } finally {
    await log.close();
  }
};
