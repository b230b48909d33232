import type { Registry, Rejection, StreamRef } from '@orderloom/decider';
import { groupKeyOf, type Engine, type GroupFollowing, type KeyStore } from '@orderloom/engine';
import { followingLog } from './consuming/following.ts';
import { engineTransport } from './engine-transport.ts';
import type { Transport } from './transport.ts';

/** An engine in this process, as `openEmbedded` opens it; whoever has opened it stops it. */
export type EmbeddedEngine = {
  readonly engine: Pick<Engine, 'send' | 'statusOf'>;
  readonly registry: Registry;
  readonly keyStore: KeyStore;
  readonly precheck: (stream: StreamRef, type: string, data: object) => Rejection | undefined;
  readonly follow: (group: string) => Promise<GroupFollowing>;
};

export const embeddedTransport = ({ engine, ...parts }: EmbeddedEngine): Transport => ({
  ...engineTransport({ ...parts, send: engine.send, statusOf: engine.statusOf }),
  follow: async ({ tenant, group }) => followingLog(await parts.follow(groupKeyOf(tenant, group))),
  stop: async () => undefined,
});
