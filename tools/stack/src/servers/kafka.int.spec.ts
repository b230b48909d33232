import { describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { obstacleTo, ownServer, sharedServer } from '../index.ts';
import { knownBrokers } from './kafka-metadata.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('a real Kafka', obstacle);

const portOf = (url: string): number => Number(url.split(':').at(-1));

(obstacle === undefined ? describe : describe.skip)('a real Kafka', () => {
  test('serves as one broker that all suites share', async () => {
    const { urls } = await sharedServer('kafka');
    const port = portOf(urls[0]!);
    expect(urls).toEqual([`127.0.0.1:${port}`]);
    expect(await knownBrokers(port)).toEqual([port]);
  }, 900_000);

  test('of our own has three brokers; one is killed and comes back', async () => {
    const server = await ownServer('kafka', { brokers: 3 });
    try {
      const ports = server.urls.map(portOf);
      const all = await knownBrokers(ports[0]!);
      expect(all.toSorted()).toEqual(ports.toSorted());
      await server.kill('SIGKILL', 1);
      expect(await knownBrokers(ports[1]!)).toEqual([]);
      await server.restart(1);
      expect(await knownBrokers(ports[1]!)).toContain(ports[1]);
    } finally {
      await server.stop();
    }
  }, 900_000);
});
