import type { Registry } from '@orderloom/decider';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { groupKeyOf, type KeyStore, type SchemaIds } from '@orderloom/engine';
import {
  consumersGroup,
  kafkaClient,
  kafkaEventSource,
  kafkaGroupProgress,
  kafkaLogTail,
  kafkaParkedGroups,
  kafkaSender,
  type KafkaSettings,
} from '@orderloom/kafka';
import { openSchemaIds } from '@orderloom/schema-registry';
import { ownSchemas, personTokens, wireCodec, wireCommands } from '@orderloom/wire';
import { followingLog } from '../consuming/following.ts';
import { parkedWork } from '../embedded-transport.ts';
import { engineTransport } from '../engine-transport.ts';
import { httpPlace, type HttpConnection } from '../http/http-place.ts';
import { httpQueries } from '../http/http-queries.ts';
import { engineQueries, type ReadableEngine } from '../reading/engine-queries.ts';
import { noQueries } from '../reading/no-queries.ts';
import type { Queries } from '../reading/reading.ts';
import type { Transport } from '../transport.ts';
import { singleEvents } from './single-events.ts';

/** Keys of data subjects, as `openKeyStore` opens them. */
export type SealingKeys = KeyStore & {
  /** Resolves when every key that was given out is on the disk: a topic may hold a command for long. */
  readonly recorded?: () => Promise<void>;
};

/** Where the topics of an engine are. */
export type KafkaConnection = Omit<KafkaSettings, 'clientId'> & {
  readonly clientId?: string;
  readonly schemaRegistryUrl: string;
  /** Partitions of the first generation of topics. */
  readonly partitions: number;
  /** Separates engines that share a cluster; `orderloom` unless said. */
  readonly prefix?: string;
  /** Seals personal data; without it, a command that has some is refused. */
  readonly keyStore?: SealingKeys;
  /** Who answers queries: an edge, or an engine in this process. Without it they reject with `not-available`. */
  readonly queries?: { readonly http: HttpConnection } | { readonly engine: ReadableEngine };
  /** Told what holds the connection up; it goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
};

const PREFIX = 'orderloom';
/** How long `connect` waits for a registry that is away, ms. */
const REGISTRY_PATIENCE_MS = 10_000;

const schemaIdsAt = (url: string, onProblem: (error: unknown) => void): Promise<SchemaIds> =>
  openSchemaIds({ ...ownSchemas(), url, patienceMs: REGISTRY_PATIENCE_MS, onWait: onProblem });

const queriesOf = ({ queries, keyStore }: KafkaConnection, registry: Registry): Queries => {
  if (queries === undefined) return noQueries('over Kafka, where `queries` does not say who answers them');
  if ('http' in queries) return httpQueries(httpPlace(queries.http));
  return engineQueries({
    ...{ engine: queries.engine, registry },
    personTokens: (tenant, said) => (keyStore === undefined ? [] : personTokens(keyStore, tenant, said)),
  });
};

/** Commands through their topic, answers from the replies, events from the log; no service in between. */
export const kafkaTransport = async (connection: KafkaConnection, timeoutMs: number): Promise<Transport> => {
  const {
    schemaRegistryUrl,
    partitions,
    prefix = PREFIX,
    keyStore,
    clientId = 'orderloom-client',
  } = connection;
  const onProblem = connection.onProblem ?? (() => undefined);
  const kafka = kafkaClient({ ...connection, clientId });
  const schemaIds = await schemaIdsAt(schemaRegistryUrl, onProblem);
  const registry = domainRegistry({ stepper: tableStepper });
  const shared = { kafka, schemaIds, prefix, onProblem };
  const sender = await kafkaSender({
    ...{ ...shared, registry, partitions, commandCodec: wireCommands(), waitMs: timeoutMs },
  });
  const single = singleEvents(wireCodec(), (codec) => kafkaLogTail({ ...shared, codec }));
  const parked = kafkaParkedGroups({ kafka, prefix });
  return {
    ...engineTransport({
      registry,
      keyStore,
      precheck: () => undefined,
      send: async (request) => {
        await keyStore?.recorded?.();
        return sender.send(request);
      },
      // The reply says it.
      statusOf: () => undefined,
    }),
    queries: queriesOf(connection, registry),
    follow: async (member) => {
      const group = groupKeyOf(member.tenant, member.group);
      const codec = wireCodec();
      const source = await kafkaEventSource({ ...shared, codec, groupId: consumersGroup(group, prefix) });
      const progress = await kafkaGroupProgress({ kafka, prefix, group, onProblem });
      return followingLog({ source, codec, progress }, progress.look, single.load);
    },
    parked: (tenant) => parkedWork(parked, tenant),
    stop: async () => {
      await sender.stop();
      await single.close();
    },
  };
};
