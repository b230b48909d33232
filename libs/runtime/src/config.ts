import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import { hookAddresses, type HookAddress } from './hook-addresses.ts';
import { paymentProviders, type PaymentProviderAccess } from './payment-providers.ts';
import { webhookOrigins } from './webhook-origins.ts';

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
/** The content of the file that is named. */
const file = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    context.addIssue({ code: 'custom', message: 'cannot be read' });
    return z.NEVER;
  }
});
const url = z.url({ protocol: /^(https?|rediss?)$/ });

/** Every variable that this program reads, with what it may hold. */
const variables = {
  ORDERLOOM_PROFILE: z.enum(['embedded', 'kafka']).default('embedded'),
  ORDERLOOM_DATA: z.string().min(1).default('.orderloom'),
  ORDERLOOM_CONFIG: z.string().min(1).optional(),
  ORDERLOOM_HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
    .transform(Number)
    .pipe(z.number().max(65535))
    .default(7070),
  ORDERLOOM_DURABILITY: z.enum(['full', 'off']).default('full'),
  ORDERLOOM_LIFECYCLE: z.enum(['table', 'xstate']).default('table'),
  ORDERLOOM_STATES_IN_MEMORY: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a number from 1')
    .transform(Number)
    .default(200_000),
  ORDERLOOM_LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  ORDERLOOM_KAFKA_BROKERS: list.optional(),
  ORDERLOOM_KAFKA_PARTITIONS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a number from 1 to 1024')
    .transform(Number)
    .pipe(z.number().max(1024))
    .default(12),
  ORDERLOOM_KAFKA_STANDBY: z.enum(['off', 'on']).default('off'),
  ORDERLOOM_KAFKA_PREFIX: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'may hold letters, digits, _ and -')
    .default('orderloom'),
  ORDERLOOM_KAFKA_CLIENT: z.enum(['kafkajs', 'librdkafka']).default('kafkajs'),
  ORDERLOOM_KAFKA_TLS: z.enum(['off', 'on']).default('off'),
  ORDERLOOM_KAFKA_CA_FILE: file.optional(),
  ORDERLOOM_KAFKA_SASL: z.enum(['scram-sha-512', 'scram-sha-256', 'plain']).default('scram-sha-512'),
  ORDERLOOM_KAFKA_USER: z.string().optional(),
  ORDERLOOM_KAFKA_PASSWORD: z.string().optional(),
  ORDERLOOM_SCHEMA_REGISTRY_URL: url.optional(),
  ORDERLOOM_ELASTICSEARCH_NODES: list.optional(),
  ORDERLOOM_REDIS_URL: url.optional(),
  ORDERLOOM_WEBHOOKS_FILE: file.pipe(webhookOrigins).optional(),
  ORDERLOOM_PROVIDERS_FILE: file.pipe(paymentProviders).optional(),
  ORDERLOOM_HOOKS_FILE: file.pipe(hookAddresses).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
};

/** Set for a run of the tests; the program has no use for them. */
const TEST_VARIABLES = [
  'ORDERLOOM_SIZE',
  'ORDERLOOM_SPECS',
  'ORDERLOOM_LEFT_OUT',
  'ORDERLOOM_SAMPLE_LOG',
  'ORDERLOOM_STACK_INSTALL',
  'ORDERLOOM_STACK_RUN',
  'ORDERLOOM_STACK_HOLDER',
];

const schema = z.object(variables);
type Variables = z.output<typeof schema>;

/** Through which library, and how, one is let into the cluster; left out is what every client takes unsaid. */
export type KafkaAccess = {
  readonly client?: 'librdkafka';
  readonly ssl?: true | { readonly ca: string };
  readonly sasl?: {
    readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain';
    readonly username: string;
    readonly password: string;
  };
};

/** What the environment says, typed; defaults filled in. */
export type Config = {
  /** Which adapters stand behind the ports. */
  readonly profile: Variables['ORDERLOOM_PROFILE'];
  /** Folder of the data files. */
  readonly data: string;
  /** Module with what is not a value: lifecycles of one's own; `null`: there is none. */
  readonly configFile: string | null;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** `full`: an acknowledged command survives a power cut. `off`: it survives a killed process only. */
  readonly durability: Variables['ORDERLOOM_DURABILITY'];
  /** Who answers what may follow in an order's life: the compiled table, or XState itself. */
  readonly lifecycle: Variables['ORDERLOOM_LIFECYCLE'];
  /** Streams whose state is kept in memory, about; the others are read back from the views. */
  readonly statesInMemory: number;
  readonly logLevel: Variables['ORDERLOOM_LOG_LEVEL'];
  readonly kafkaBrokers: readonly string[];
  readonly kafkaAccess: KafkaAccess;
  /** Partitions of the topic generation: the same for every process. */
  readonly kafkaPartitions: number;
  /** The beginning of every topic's name. */
  readonly kafkaPrefix: string;
  /** Follow the partitions of the other processes, so that taking one over is quick. */
  readonly kafkaStandby: boolean;
  readonly schemaRegistryUrl: string | null;
  readonly elasticsearchNodes: readonly string[];
  readonly redisUrl: string | null;
  /** Origins that webhooks may go to, each with its secret; none: no webhook is called. */
  readonly webhookOrigins: ReadonlyMap<string, string>;
  /** Payment providers that may be called, by name; none: no payment is asked about. */
  readonly paymentProviders: ReadonlyMap<string, PaymentProviderAccess>;
  /** Hooks that may be asked, by name; none: what a tenant has set for that case holds. */
  readonly hooks: ReadonlyMap<string, HookAddress>;
  /** Where spans are sent; `null`: none are made. */
  readonly otlpEndpoint: string | null;
};

/** The environment cannot be used; `problems` has one line for each variable, without its value. */
export class ConfigError extends Error {
  readonly code = 'config-invalid';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The environment cannot be used:\n  ${problems.join('\n  ')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const unknownKeys = (env: Readonly<Record<string, string | undefined>>): string[] => {
  const known = Object.keys(variables);
  const unknown = Object.keys(env).filter(
    (key) => key.startsWith('ORDERLOOM_') && !known.includes(key) && !TEST_VARIABLES.includes(key),
  );
  return unknown.map((key) => {
    const meant = nearestName(key, known);
    return `${key} is not known${meant === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${meant}?`}`;
  });
};

/** Names of variables that say nothing without another one, which is not set. */
const missing = (data: Variables): string[] => {
  const needed = (when: boolean, name: keyof Variables, reason: string): string[] =>
    when && data[name] === undefined ? [`${name} must be set ${reason}`] : [];
  const isKafka = data.ORDERLOOM_PROFILE === 'kafka';
  return [
    ...needed(isKafka, 'ORDERLOOM_KAFKA_BROKERS', 'for ORDERLOOM_PROFILE=kafka'),
    ...needed(isKafka, 'ORDERLOOM_SCHEMA_REGISTRY_URL', 'for ORDERLOOM_PROFILE=kafka'),
    ...needed(data.ORDERLOOM_KAFKA_USER !== undefined, 'ORDERLOOM_KAFKA_PASSWORD', 'with a user'),
    ...needed(data.ORDERLOOM_KAFKA_PASSWORD !== undefined, 'ORDERLOOM_KAFKA_USER', 'with a password'),
    ...(data.ORDERLOOM_KAFKA_SASL === 'plain' && data.ORDERLOOM_KAFKA_TLS === 'off'
      ? ['ORDERLOOM_KAFKA_TLS must be on for ORDERLOOM_KAFKA_SASL=plain: it sends the password as it is']
      : []),
    ...(data.ORDERLOOM_KAFKA_CA_FILE !== undefined && data.ORDERLOOM_KAFKA_TLS === 'off'
      ? ['ORDERLOOM_KAFKA_TLS must be on for ORDERLOOM_KAFKA_CA_FILE']
      : []),
  ];
};

const kafkaAccessIn = (data: Variables): KafkaAccess => {
  const { ORDERLOOM_KAFKA_CA_FILE: ca, ORDERLOOM_KAFKA_USER: username } = data;
  return {
    ...(data.ORDERLOOM_KAFKA_CLIENT === 'kafkajs' ? {} : { client: data.ORDERLOOM_KAFKA_CLIENT }),
    ...(data.ORDERLOOM_KAFKA_TLS === 'off' ? {} : { ssl: ca === undefined ? true : { ca } }),
    ...(username === undefined
      ? {}
      : {
          sasl: {
            mechanism: data.ORDERLOOM_KAFKA_SASL,
            ...{ username, password: data.ORDERLOOM_KAFKA_PASSWORD ?? '' },
          },
        }),
  };
};

/** Reads the configuration. Throws `ConfigError` for an unknown `ORDERLOOM_` variable or a value that cannot be. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const problems = unknownKeys(env);
  // An empty variable is what `docker -e NAME` and many start scripts make of an unset one.
  const said = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = schema.safeParse(said);
  if (!read.success)
    problems.push(...read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  else problems.push(...missing(read.data));
  if (problems.length > 0 || !read.success) throw new ConfigError(problems);
  const { data } = read;
  return {
    profile: data.ORDERLOOM_PROFILE,
    data: data.ORDERLOOM_DATA,
    configFile: data.ORDERLOOM_CONFIG ?? null,
    host: data.ORDERLOOM_HOST,
    port: data.PORT,
    durability: data.ORDERLOOM_DURABILITY,
    lifecycle: data.ORDERLOOM_LIFECYCLE,
    statesInMemory: data.ORDERLOOM_STATES_IN_MEMORY,
    logLevel: data.ORDERLOOM_LOG_LEVEL,
    kafkaBrokers: data.ORDERLOOM_KAFKA_BROKERS ?? [],
    kafkaAccess: kafkaAccessIn(data),
    kafkaPartitions: data.ORDERLOOM_KAFKA_PARTITIONS,
    kafkaStandby: data.ORDERLOOM_KAFKA_STANDBY === 'on',
    kafkaPrefix: data.ORDERLOOM_KAFKA_PREFIX,
    schemaRegistryUrl: data.ORDERLOOM_SCHEMA_REGISTRY_URL ?? null,
    elasticsearchNodes: data.ORDERLOOM_ELASTICSEARCH_NODES ?? [],
    redisUrl: data.ORDERLOOM_REDIS_URL ?? null,
    webhookOrigins: data.ORDERLOOM_WEBHOOKS_FILE ?? new Map(),
    paymentProviders: data.ORDERLOOM_PROVIDERS_FILE ?? new Map(),
    hooks: data.ORDERLOOM_HOOKS_FILE ?? new Map(),
    otlpEndpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
  };
};
