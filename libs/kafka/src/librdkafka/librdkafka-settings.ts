import type { KafkaSettings } from '../client/kafka-settings.ts';
import type { NativeSettings } from './native.ts';

const sslOf = (ssl: KafkaSettings['ssl']): NativeSettings => {
  if (typeof ssl !== 'object') return {};
  return {
    ...(ssl.ca === undefined ? {} : { 'ssl.ca.pem': ssl.ca }),
    ...(ssl.cert === undefined ? {} : { 'ssl.certificate.pem': ssl.cert }),
    ...(ssl.key === undefined ? {} : { 'ssl.key.pem': ssl.key }),
  };
};

const protocolOf = ({ ssl, sasl }: KafkaSettings): string => {
  const isSecret = ssl !== undefined && ssl !== false;
  if (sasl === undefined) return isSecret ? 'ssl' : 'plaintext';
  return isSecret ? 'sasl_ssl' : 'sasl_plaintext';
};

/** What every handle of librdkafka is told of the cluster. */
export const librdkafkaSettings = (settings: KafkaSettings): NativeSettings => {
  const { brokers, clientId, ssl, sasl } = settings;
  return {
    'bootstrap.servers': brokers.join(','),
    'client.id': clientId,
    'security.protocol': protocolOf(settings),
    ...sslOf(ssl),
    ...(sasl === undefined
      ? {}
      : {
          'sasl.mechanisms': sasl.mechanism.toUpperCase(),
          'sasl.username': sasl.username,
          'sasl.password': sasl.password,
        }),
    // A broker that comes back is tried soon: who waits for it are callers.
    'reconnect.backoff.ms': 50,
    'reconnect.backoff.max.ms': 1000,
    'retry.backoff.ms': 20,
    'topic.metadata.refresh.fast.interval.ms': 50,
    log_level: 0,
  };
};
