import { kafkajsClient } from '../kafkajs/kafkajs-client.ts';
import { librdkafkaClient } from '../librdkafka/librdkafka-client.ts';
import type { KafkaClient } from './client-port.ts';
import type { KafkaSettings } from './kafka-settings.ts';

/** A client of a cluster; it connects with the first thing that is made from it. */
export const kafkaClient = (settings: KafkaSettings): KafkaClient =>
  settings.client === 'librdkafka' ? librdkafkaClient(settings) : kafkajsClient(settings);
