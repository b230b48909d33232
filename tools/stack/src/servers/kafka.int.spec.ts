import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { obstacleTo, ownServer, sharedServer, type OwnServer } from '../index.ts';
import { serverJava } from '../install/maven.ts';
import { until } from '../processes/until.ts';
import { knownBrokers } from './kafka-metadata.ts';
import { recipeOf } from './servers.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('a real Kafka', obstacle);

/** A broker may serve for a moment before it has heard of the others. */
const KNOWN_WITHIN_MS = 60_000;

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
      const all = await until(async () => {
        const known = await knownBrokers(ports[0]!);
        return known.length === ports.length ? known : undefined;
      }, KNOWN_WITHIN_MS);
      expect(all?.toSorted()).toEqual(ports.toSorted());
      await server.kill('SIGKILL', 1);
      expect(await knownBrokers(ports[1]!)).toEqual([]);
      await server.restart(1);
      const itself = async () => (await knownBrokers(ports[1]!)).find((port) => port === ports[1]);
      expect(await until(itself, KNOWN_WITHIN_MS)).toBe(ports[1]);
    } finally {
      await server.stop();
    }
  }, 900_000);
});

/** What Kafka's own tool answers when a user asks who the users are. */
const askAs = async (server: OwnServer, user: string, password: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-secured-'));
  const settings = {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, 'ca.pem'),
    'sasl.jaas.config': `${SCRAM} required username="${user}" password="${password}";`,
  };
  try {
    writeFileSync(join(folder, 'ca.pem'), server.ca ?? '');
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    writeFileSync(join(folder, 'client.properties'), lines.join('\n'));
    const jars = join(await recipeOf('kafka').install(), '*');
    const where = [
      '--bootstrap-server',
      server.urls[0]!,
      '--command-config',
      join(folder, 'client.properties'),
    ];
    const what = ['--describe', '--entity-type', 'users'];
    const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=off';
    const args = [quiet, '-cp', jars, 'kafka.admin.ConfigCommand', ...where, ...what];
    const { stdout, stderr } = spawnSync((await serverJava()).program, args, { encoding: 'utf8' });
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';

(obstacle === undefined ? describe : describe.skip)('a Kafka with TLS, SCRAM and ACLs', () => {
  test('knows its users and what each may do, and has nothing for who comes in clear', async () => {
    const users = { admin: 'secret-1', clerk: 'secret-2' };
    const server = await ownServer('kafka', { security: { users, superUsers: ['admin'] } });
    try {
      expect(await askAs(server, 'admin', users.admin)).toContain(`user-principal 'clerk'`);
      expect(await askAs(server, 'clerk', users.clerk)).toContain('ClusterAuthorizationException');
      expect(await askAs(server, 'admin', users.clerk)).toContain('SaslAuthenticationException');
      expect(await knownBrokers(portOf(server.urls[0]!))).toEqual([]);
    } finally {
      await server.stop();
    }
  }, 900_000);
});
