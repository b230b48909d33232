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
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { describeSchema, schemaHistory } from '@orderloom/wire';
import { builtProgram } from '../promises/app.ts';
import { startProgram } from '../promises/scratch.ts';
import { until } from '../promises/until.ts';

/** A running engine, and how a client gets to it. */
export type Place = {
  readonly connection: Connection;
  /** Where the engine's edge listens, where it has one. */
  readonly url?: string;
  readonly stop: () => Promise<unknown>;
};

/** One on topics. */
export type KafkaPlace = Place & {
  readonly connection: Extract<Connection, { kafka: object }>;
  readonly url: string;
  readonly topics: Topics;
  readonly engine: EngineProcess;
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
  await fillingRegistry(() =>
    publishSchemas({ url: schemaRegistryUrl, schemas: schemaHistory(), describe: describeSchema }),
  );
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  await applyTopics(kafkaJs({ brokers, clientId: 'spec' }), {
    ...{ partitions: PARTITIONS, durability: 'dev', prefix },
  });
  return { brokers, schemaRegistryUrl, partitions: PARTITIONS, prefix };
};

type Topics = Awaited<ReturnType<typeof kafkaTopics>>;

const servers = ({ brokers, prefix, schemaRegistryUrl }: Topics): Readonly<Record<string, string>> => ({
  ORDERLOOM_PROFILE: 'kafka',
  ORDERLOOM_KAFKA_BROKERS: brokers.join(),
  ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
  ORDERLOOM_KAFKA_PREFIX: prefix,
  ORDERLOOM_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
});

/** The command service on topics; the client goes through them. */
export const kafkaPlace = async (env: Readonly<Record<string, string>> = {}): Promise<KafkaPlace> => {
  const topics = await kafkaTopics();
  const engine = await engineProcess(PROGRAM, { ...servers(topics), ...env });
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-keys-'));
  const keyStore = openKeyStore(folder, { recordedFirst: true });
  return {
    connection: { kafka: { ...topics, keyStore } },
    ...{ topics, engine, url: engine.url },
    stop: async () => {
      await engine.stop();
      keyStore.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Why `searchedPlace` cannot be had on this machine; `undefined`: it can. */
export const searchedObstacle = (): string | undefined => kafkaObstacle() ?? obstacleTo('elasticsearch');

/** The same with views in Elasticsearch: whoever sends through topics reads at the edge. */
export const searchedPlace = async (): Promise<KafkaPlace> => {
  const env = { ORDERLOOM_ELASTICSEARCH_NODES: (await sharedServer('elasticsearch')).urls.join() };
  const place = await kafkaPlace(env);
  const projector = startProgram([builtProgram('projector-search')], {
    ...{ ...servers(place.topics), ...env, PORT: '0' },
  });
  const showsTenant = async (): Promise<boolean> => (await fetch(`${place.url}/v1/tenants/main`)).ok;
  await until('the views to show the tenant', showsTenant);
  const { kafka } = place.connection;
  return {
    ...place,
    connection: { kafka: { ...kafka, queries: { http: { url: place.url } } } },
    stop: async () => {
      projector.child.kill('SIGTERM');
      await projector.ended;
      await place.stop();
    },
  };
};

/** The same engine, by the address of its edge. */
export const atItsEdge = async (place: Promise<KafkaPlace>): Promise<Place> => {
  const { url, stop } = await place;
  return { connection: { http: { url } }, stop };
};

/** One place for several suites, each of which opens and stops it: opened for the first, stopped after the last. */
export const sharedPlace = (open: () => Promise<KafkaPlace>, suites: number): (() => Promise<KafkaPlace>) => {
  let opened: Promise<KafkaPlace> | undefined;
  let left = suites;
  return async () => {
    const place = await (opened ??= open());
    return {
      ...place,
      stop: async () => {
        left--;
        if (left === 0) await place.stop();
      },
    };
  };
};
