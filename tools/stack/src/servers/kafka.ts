import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isCached, mavenFolder, mavenObstacle, serverJava, type MavenPackage } from '../install/maven.ts';
import { freePorts } from '../processes/ports.ts';
import type { ProcessPlan } from '../processes/start-process.ts';
import { StackError } from '../stack-error.ts';
import { archiveOptions, ensureArchive } from './class-archive.ts';
import { knownBrokers } from './kafka-metadata.ts';
import { credentials, makeCertificate, securityProperties, type KafkaSecurity } from './kafka-security.ts';
import type { Layout, Recipe } from './recipe.ts';

const VERSION = '4.1.0';
const PACKAGE: MavenPackage = {
  name: 'kafka',
  version: VERSION,
  artifacts: [`org.apache.kafka:kafka_2.13:${VERSION}`, 'org.slf4j:slf4j-simple:1.7.36'],
  form: 'jars',
  sha256: 'defd8523665b9074bf5486e51fe91862ce7d7b704147ee109ec8d845548c7da9',
};

const DATED_LOG = [
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX",
];

export type KafkaOptions = {
  readonly brokers?: 1 | 3;
  /** More of `server.properties`, for every broker. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Clients come by `SASL_SSL` only; the server says which authority to trust. */
  readonly security?: KafkaSecurity;
};

type Broker = {
  readonly id: number;
  /** For clients. */
  readonly port: number;
  readonly controllerPort: number;
  /** For the other brokers, in clear; the clients' where nothing is secured. */
  readonly plainPort: number;
};

const brokersOf = async ({ brokers = 1, security }: KafkaOptions): Promise<readonly Broker[]> => {
  const each = security === undefined ? 2 : 3;
  const ports = await freePorts(each * brokers);
  return Array.from({ length: brokers }, (_, index) => {
    const [port = 0, controllerPort = 0, plainPort = port] = ports.slice(each * index, each * (index + 1));
    return { id: index + 1, port, controllerPort, plainPort };
  });
};

const listenersOf = (broker: Broker): Record<string, string> => {
  const secured = broker.plainPort !== broker.port;
  const listeners = [
    ...(secured ? [`SASL_SSL://127.0.0.1:${broker.port}`] : []),
    `PLAINTEXT://127.0.0.1:${broker.plainPort}`,
    `CONTROLLER://127.0.0.1:${broker.controllerPort}`,
  ];
  return {
    listeners: listeners.join(','),
    'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
  };
};

const propertiesOf = (broker: Broker, all: readonly Broker[], folder: string): Record<string, string> => {
  const replicas = String(all.length);
  const voters = all.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`);
  return {
    'process.roles': 'broker,controller',
    'node.id': String(broker.id),
    'controller.quorum.voters': voters.join(','),
    ...listenersOf(broker),
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

const format = async (java: readonly string[], args: readonly string[]): Promise<void> => {
  const [program = '', ...classPath] = java;
  const quick = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  try {
    await promisify(execFile)(program, [
      ...quick,
      ...classPath,
      'kafka.tools.StorageTool',
      'format',
      ...args,
    ]);
  } catch (error) {
    const words = (error as { stderr?: string }).stderr ?? String(error);
    throw new StackError('did-not-start', `Kafka's storage could not be formatted:\n${words}`);
  }
};

const isReady = async ({ plainPort }: Broker): Promise<boolean> =>
  (await knownBrokers(plainPort)).includes(plainPort);

/** Kafka without ZooKeeper; every node is broker and controller. */
const layOut = async (folder: string, options: KafkaOptions): Promise<Layout> => {
  const { properties = {}, security } = options;
  const java = await serverJava();
  const classPath = [...archiveOptions(PACKAGE), '-cp', join(await mavenFolder(PACKAGE), '*')];
  const all = await brokersOf(options);
  const certificate = security && (await makeCertificate(java, folder));
  const secured = security && certificate ? securityProperties(security, certificate) : {};
  const formatting = ['-t', clusterId(), ...(security ? credentials(security) : [])];
  const plan = async (broker: Broker): Promise<ProcessPlan> => {
    const own = join(folder, `broker-${broker.id}`);
    const file = join(own, 'server.properties');
    mkdirSync(own, { recursive: true });
    const lines = Object.entries({ ...propertiesOf(broker, all, own), ...secured, ...properties });
    writeFileSync(file, lines.map(([key, value]) => `${key}=${value}\n`).join(''), { mode: 0o600 });
    await format([java.program, ...classPath], [...formatting, '-c', file]);
    return {
      name: all.length === 1 ? 'Kafka' : `Kafka broker ${broker.id}`,
      folder: own,
      log: join(own, 'server.log'),
      command: java.program,
      args: ['-Xmx512m', ...DATED_LOG, ...classPath, 'kafka.Kafka', file],
      isReady: () => isReady(broker),
    };
  };
  return {
    urls: all.map(({ port }) => `127.0.0.1:${port}`),
    ...(certificate && { ca: certificate.pem }),
    nodes: await Promise.all(all.map(plan)),
    isWhole: async () => {
      const known = await Promise.all(all.map(({ plainPort }) => knownBrokers(plainPort)));
      return known.every((ports) => ports.length === all.length);
    },
  };
};

export const kafka: Recipe<KafkaOptions> = {
  obstacle: () => mavenObstacle(PACKAGE),
  isInstalled: () => isCached(PACKAGE),
  install: () => mavenFolder(PACKAGE),
  prepare: () => ensureArchive(PACKAGE, (folder) => layOut(folder, {})),
  layOut,
};
