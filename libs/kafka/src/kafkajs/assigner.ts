import type { PartitionAssigner } from 'kafkajs';
import type { LanesGroupParts } from '../client/client-port.ts';
import { AssignerProtocol } from './load-kafkajs.ts';
import { wrongPartitionCount } from '../topics/apply-topics.ts';
import { dealOut, type Claim } from './dealing.ts';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
const NAME = 'orderloom-co-sticky';
const VERSION = 1;

/**
 * A claim counts only under the member id it was made with: a process that was thrown out comes back under a new id, so
 * what a zombie says it owns is void.
 */
const claimOf = (memberId: string, metadata: Buffer): Claim => {
  try {
    const said = JSON.parse(MemberMetadata.decode(metadata)?.userData.toString() ?? 'null') as Claim | null;
    if (said?.memberId === memberId && said.owned.every(Number.isInteger)) return said;
  } catch {
    // A member that says nothing readable owns nothing.
  }
  return { memberId, owned: [] };
};

/**
 * All lanes of a shard's partitions go to one member, and shards stay where they were: their owner has the state in memory.
 * `present` gives what this member owns, at each joining anew. Refuses topics of another partition count.
 */
export const stickyAssigner =
  (
    present: () => Claim,
    { partitions, shards }: Pick<LanesGroupParts, 'partitions' | 'shards'>,
  ): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.from(JSON.stringify(present())),
      }),
    }),
    assign: async ({ members, topics }) => {
      for (const topic of topics) {
        const count = cluster.findTopicPartitionMetadata(topic).length;
        if (count !== partitions) throw wrongPartitionCount(topic, count, partitions);
      }
      const claims = members.map(({ memberId, memberMetadata }) => claimOf(memberId, memberMetadata));
      const all = Array.from({ length: partitions }, (_, partition) => partition);
      return [...dealOut(claims, shards.count)].map(([memberId, dealt]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          assignment: Object.fromEntries(
            topics.map((topic) => [topic, all.filter((one) => dealt.includes(shards.shardOf(one)))]),
          ),
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
