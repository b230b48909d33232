import { describe, expect, test } from '@jest/globals';
import { librdkafkaSettings } from './librdkafka-settings.ts';

const cluster = { brokers: ['a:9092', 'b:9092'], clientId: 'clerk' };
const sasl = { mechanism: 'scram-sha-512', username: 'clerk', password: 'secret' } as const;

describe('librdkafka is told', () => {
  test('where the brokers are', () => {
    expect(librdkafkaSettings(cluster)).toMatchObject({
      ...{ 'bootstrap.servers': 'a:9092,b:9092', 'client.id': 'clerk', 'security.protocol': 'plaintext' },
    });
  });

  test.each([
    ['ssl', { ssl: true }],
    ['sasl_plaintext', { sasl }],
    ['sasl_ssl', { ssl: true, sasl }],
    ['plaintext', { ssl: false }],
  ] as const)('to speak %s', (protocol, access) => {
    expect(librdkafkaSettings({ ...cluster, ...access })).toMatchObject({ 'security.protocol': protocol });
  });

  test('whom to trust, and who it is', () => {
    expect(
      librdkafkaSettings({ ...cluster, ssl: { ca: 'CA', cert: 'CERT', key: 'KEY' }, sasl }),
    ).toMatchObject({
      ...{ 'ssl.ca.pem': 'CA', 'ssl.certificate.pem': 'CERT', 'ssl.key.pem': 'KEY' },
      ...{ 'sasl.mechanisms': 'SCRAM-SHA-512', 'sasl.username': 'clerk', 'sasl.password': 'secret' },
    });
  });
});
