import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mavenFolder, mavenObstacle, serverJava, type MavenPackage } from '../install/maven.ts';
import { freePorts } from '../processes/ports.ts';
import type { ProcessPlan } from '../processes/start-process.ts';
import { StackError } from '../stack-error.ts';
import { knownBrokers } from './kafka-metadata.ts';
import type { Recipe } from './recipe.ts';

const VERSION = '4.1.0';
const PACKAGE: MavenPackage = {
  name: 'kafka',
  version: VERSION,
  artifacts: [`org.apache.kafka:kafka_2.13:${VERSION}`, 'org.slf4j:slf4j-simple:1.7.36'],
  form: 'jars',
};

export type KafkaOptions = {
  readonly brokers?: 1 | 3;
  /** More of `server.properties`, for every broker. */
  readonly properties?: Readonly<Record<string, string>>;
};

type Broker = { readonly id: number; readonly port: number; readonly controllerPort: number };

const propertiesOf = (broker: Broker, all: readonly Broker[], folder: string): Record<string, string> => {
  const replicas = String(all.length);
  return {
    'process.roles': 'broker,controller',
    'node.id': String(broker.id),
    'controller.quorum.voters': all
      .map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://127.0.0.1:${broker.port},CONTROLLER://127.0.0.1:${broker.controllerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '12',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': all.length === 1 ? '1' : '2',
    'transaction.state.log.num.partitions': '12',
    // The default buffer of 128 MiB is a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
  };
};

/** A random id as Kafka writes one. A leading dash would be read as an option. */
const clusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A');

const format = async (program: string, jars: string, cluster: string, file: string): Promise<void> => {
  const tool = ['kafka.tools.StorageTool', 'format', '-t', cluster, '-c', file];
  const quick = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  try {
    await promisify(execFile)(program, [...quick, '-cp', join(jars, '*'), ...tool]);
  } catch (error) {
    const words = (error as { stderr?: string }).stderr ?? String(error);
    throw new StackError('did-not-start', `Kafka's storage could not be formatted:\n${words}`, {
      cause: error,
    });
  }
};

/** Kafka without ZooKeeper; every node is broker and controller. */
export const kafka: Recipe<KafkaOptions> = {
  obstacle: () => mavenObstacle(PACKAGE),
  install: () => mavenFolder(PACKAGE),
  layOut: async (folder, { brokers = 1, properties = {} }) => {
    const jars = await mavenFolder(PACKAGE);
    const { program } = await serverJava();
    const cluster = clusterId();
    const ports = await freePorts(2 * brokers);
    const all = Array.from({ length: brokers }, (_, index): Broker => {
      return { id: index + 1, port: ports[2 * index] ?? 0, controllerPort: ports[2 * index + 1] ?? 0 };
    });
    const plan = async (broker: Broker): Promise<ProcessPlan> => {
      const own = join(folder, `broker-${broker.id}`);
      const file = join(own, 'server.properties');
      mkdirSync(own, { recursive: true });
      const lines = Object.entries({ ...propertiesOf(broker, all, own), ...properties });
      writeFileSync(file, lines.map(([key, value]) => `${key}=${value}\n`).join(''));
      await format(program, jars, cluster, file);
      return {
        name: brokers === 1 ? 'Kafka' : `Kafka broker ${broker.id}`,
        folder: own,
        command: program,
        args: [
          '-Xmx512m',
          '-Dorg.slf4j.simpleLogger.showDateTime=true',
          '-cp',
          join(jars, '*'),
          'kafka.Kafka',
          file,
        ],
        isReady: async () => (await knownBrokers(broker.port)).includes(broker.port),
      };
    };
    return {
      urls: all.map(({ port }) => `127.0.0.1:${port}`),
      nodes: await Promise.all(all.map(plan)),
      isWhole: async () =>
        (await Promise.all(all.map(({ port }) => knownBrokers(port)))).every(
          (known) => known.length === brokers,
        ),
    };
  },
};
