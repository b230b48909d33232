import type { KafkaClient } from '../client/client-port.ts';
import type { KafkaSettings } from '../client/kafka-settings.ts';
import { singly } from '../topics/shards.ts';
import { clusterAdmin } from './cluster-admin.ts';
import { librdkafkaEventGroup } from './librdkafka-event-group.ts';
import { librdkafkaLanesGroup } from './librdkafka-lanes-group.ts';
import { librdkafkaProducer, librdkafkaTransactional } from './librdkafka-producers.ts';
import { librdkafkaReader } from './librdkafka-reader.ts';
import { librdkafkaSettings } from './librdkafka-settings.ts';

/** A cluster through librdkafka. What it makes throws `not-available` where the package is not installed. */
export const librdkafkaClient = (cluster: KafkaSettings): KafkaClient => {
  const settings = librdkafkaSettings(cluster);
  return {
    shards: singly,
    producer: () => librdkafkaProducer(settings),
    transactional: (transactionalId, timeoutMs) =>
      librdkafkaTransactional(settings, transactionalId, timeoutMs),
    reader: (topics, isolation) => librdkafkaReader(settings, topics, isolation),
    lanesGroup: (parts) => librdkafkaLanesGroup(settings, parts),
    eventGroup: (parts) => librdkafkaEventGroup(settings, parts),
    // Its bindings have no such question: a transaction that somebody has left open ends when its group notices.
    openTransactions: async () => ({
      begun: async () => new Map<string, number>(),
      close: async () => undefined,
    }),
    committedOffsets: async () => {
      const admin = clusterAdmin(settings);
      return {
        of: admin.committed,
        close: async () => {
          admin.close();
        },
      };
    },
  };
};
