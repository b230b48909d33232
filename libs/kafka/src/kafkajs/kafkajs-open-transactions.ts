import { createRequire } from 'node:module';
import type { Broker, Cluster, Kafka } from 'kafkajs';
import type { OpenTransactions } from '../client/client-port.ts';
import { clusterOf } from './cluster-of.ts';

type Encoder = {
  writeUVarIntBytes(): Encoder;
  writeUVarIntString(text: string): Encoder;
  writeUVarIntArray(items: readonly Encoder[]): Encoder;
};
type Decoder = {
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readUVarIntString(): string;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[];
  readTaggedFields(): unknown;
};

/** One transactional id, as its coordinator sees it. */
type Described = {
  readonly id: string;
  readonly errorCode: number;
  readonly state: string;
  /** ms since 1970 UTC, by the coordinator's clock. */
  readonly begun: number;
};

const DESCRIBE_TRANSACTIONS = 65;
/** No transaction was ever begun under the id. */
const NOT_FOUND = 105;
const COORDINATOR_OF_TRANSACTIONS = 1;

const readTopic = (decoder: Decoder): void => {
  decoder.readUVarIntString();
  decoder.readUVarIntArray((partition) => partition.readInt32());
  decoder.readTaggedFields();
};

const readDescribed = (decoder: Decoder): Described => {
  const [errorCode, id, state] = [
    decoder.readInt16(),
    decoder.readUVarIntString(),
    decoder.readUVarIntString(),
  ];
  decoder.readInt32(); // The transaction's timeout.
  const begun = Number(decoder.readInt64().toString());
  decoder.readInt64(); // Producer id,
  decoder.readInt16(); // and epoch.
  decoder.readUVarIntArray(readTopic);
  decoder.readTaggedFields();
  return { id, errorCode, state, begun };
};

/** `DescribeTransactions`, version 0 (Kafka 3.0): kafkajs 2.2.4 has no such request, but sends what it is given. */
const describeTransactions = (require: NodeJS.Require) => {
  const NewEncoder = require('kafkajs/src/protocol/encoder.js') as new () => Encoder;
  const NewDecoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => Decoder;
  return (ids: readonly string[]) => ({
    request: {
      ...{ apiKey: DESCRIBE_TRANSACTIONS, apiVersion: 0, apiName: 'DescribeTransactions' },
      // Tagged fields of the header, ids, tagged fields of the request.
      encode: async () =>
        new NewEncoder()
          .writeUVarIntBytes()
          .writeUVarIntArray(ids.map((id) => new NewEncoder().writeUVarIntString(id)))
          .writeUVarIntBytes(),
    },
    response: {
      decode: async (bytes: Buffer): Promise<readonly Described[]> => {
        const decoder = new NewDecoder(bytes);
        decoder.readTaggedFields();
        decoder.readInt32(); // How long the broker has throttled us.
        return decoder.readUVarIntArray(readDescribed);
      },
      parse: async (described: readonly Described[]) => described,
    },
  });
};

/** Ids by the broker that coordinates their transactions; found once, and again after any error. */
class Coordinators {
  readonly #cluster: Cluster;
  readonly #nodes = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async byNode(ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const byNode = new Map<string, string[]>();
    for (const id of ids) {
      const node = this.#nodes.get(id) ?? (await this.#find(id));
      const others = byNode.get(node);
      if (others === undefined) byNode.set(node, [id]);
      else others.push(id);
    }
    return byNode;
  }

  forget(): void {
    this.#nodes.clear();
  }

  async #find(id: string): Promise<string> {
    // The type of kafkajs leaves out the second field, which its code takes.
    const asked = { groupId: id, coordinatorType: COORDINATOR_OF_TRANSACTIONS };
    const { coordinator } = await this.#cluster.findGroupCoordinatorMetadata(asked);
    const node = String(coordinator.nodeId);
    this.#nodes.set(id, node);
    return node;
  }
}

/** What the type of kafkajs leaves out. */
type Sending = Broker & {
  readonly connectionPool: { send<T>(request: unknown): Promise<T> };
  readonly versions: Readonly<Record<number, unknown>> | null;
};

export const kafkajsOpenTransactions = async (kafka: Kafka): Promise<OpenTransactions> => {
  const describe = describeTransactions(createRequire(import.meta.url));
  const { cluster, close } = clusterOf(kafka, 'committed');
  await cluster.connect();
  await cluster.refreshMetadata();
  const coordinators = new Coordinators(cluster);
  const askNode = async (nodeId: string, ids: readonly string[]): Promise<readonly Described[]> => {
    const broker = (await cluster.findBroker({ nodeId })) as Sending;
    // A broker older than Kafka 3.0 would close the connection: there, nobody is found.
    if (broker.versions?.[DESCRIBE_TRANSACTIONS] === undefined) return [];
    const described = await broker.connectionPool.send<readonly Described[]>(describe(ids));
    if (described.some(({ errorCode }) => errorCode !== 0 && errorCode !== NOT_FOUND)) coordinators.forget();
    return described;
  };
  const ask = async (ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const begun = new Map<string, number>();
    for (const [nodeId, own] of await coordinators.byNode(ids))
      for (const { id, errorCode, state, begun: at } of await askNode(nodeId, own))
        if (errorCode === 0 && state === 'Ongoing') begun.set(id, at);
    return begun;
  };
  return {
    begun: async (ids) => {
      try {
        return await ask(ids);
      } catch (error) {
        // A coordinator may have moved, or its broker be gone: the next to ask looks for it.
        coordinators.forget();
        await cluster.refreshMetadata();
        throw error;
      }
    },
    close,
  };
};
