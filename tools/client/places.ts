// Engines for the client's contract, each reached in its own way.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@orderloom/client';
import { ensureTenant, openEmbedded } from '@orderloom/embedded';
import { applyTopics, kafkaJs } from '@orderloom/kafka';
import { publishSchemas } from '@orderloom/schema-registry';
import { openKeyStore } from '@orderloom/sqlite';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { engineProcess } from '@orderloom/testing';
import { describeSchema, schemaHistory } from '@orderloom/wire';

/** A running engine, and how a client gets to it. */
export type Place = {
  readonly connection: Connection;
  /** Where the engine's edge listens, where it has one. */
  readonly url?: string;
  readonly stop: () => Promise<unknown>;
};

/** An engine in this process over a folder of its own. */
export const embeddedPlace = async (): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-client-'));
  const embedded = await openEmbedded({ folder: join(folder, 'data') });
  await ensureTenant(embedded.engine, 'main');
  return {
    connection: { embedded },
    stop: async () => {
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const PROGRAM = join(import.meta.dirname, '../../apps/command-service/dist/main.js');

/** The command service in a process of its own. */
export const httpPlace = async (): Promise<Place> => {
  const engine = await engineProcess(PROGRAM);
  return { connection: { http: { url: engine.url } }, stop: engine.stop };
};

const PARTITIONS = 3;

/** Why `kafkaPlace` cannot be had on this machine; `undefined`: it can. */
export const kafkaObstacle = (): string | undefined => obstacleTo('kafka') ?? obstacleTo('schema-registry');

/** Topics of their own on real servers, with every schema published; nobody decides there yet. */
export const kafkaTopics = async () => {
  const brokers = (await sharedServer('kafka')).urls;
  const [schemaRegistryUrl = ''] = (await sharedServer('schema-registry')).urls;
  await publishSchemas({ url: schemaRegistryUrl, schemas: schemaHistory(), describe: describeSchema });
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  await applyTopics(kafkaJs({ brokers, clientId: 'spec' }), {
    ...{ partitions: PARTITIONS, durability: 'dev', prefix },
  });
  return { brokers, schemaRegistryUrl, partitions: PARTITIONS, prefix };
};

/** The command service on topics; the client goes through them. */
export const kafkaPlace = async (): Promise<Place> => {
  const topics = await kafkaTopics();
  const engine = await engineProcess(PROGRAM, {
    ORDERLOOM_PROFILE: 'kafka',
    ORDERLOOM_KAFKA_BROKERS: topics.brokers.join(),
    ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
    ORDERLOOM_KAFKA_PREFIX: topics.prefix,
    ORDERLOOM_SCHEMA_REGISTRY_URL: topics.schemaRegistryUrl,
  });
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-keys-'));
  const keyStore = openKeyStore(folder, { recordedFirst: true });
  return {
    connection: { kafka: { ...topics, keyStore } },
    url: engine.url,
    stop: async () => {
      await engine.stop();
      keyStore.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
