import type { Cluster, Kafka } from 'kafkajs';

/**
 * The connections of a client, for requests that it has no call for. kafkajs has no reader without a group, and a group of
 * its own for every restore would cost the broker's initial rebalance delay. A consumer that never runs still makes a
 * cluster, and hands it to its assigner.
 */
export const clusterOf = (
  kafka: Kafka,
  isolation: 'committed' | 'uncommitted',
): { readonly cluster: Cluster; readonly close: () => Promise<void> } => {
  let found: Cluster | undefined;
  const consumer = kafka.consumer({
    groupId: 'never-joined',
    readUncommitted: isolation === 'uncommitted',
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster;
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  if (found === undefined) throw new TypeError('kafkajs has made no cluster for a consumer');
  return { cluster: found, close: () => consumer.disconnect() };
};
