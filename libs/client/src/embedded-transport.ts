import type { Registry, Rejection, StreamRef } from '@orderloom/decider';
import {
  groupKeyOf,
  parkedStreamsOf,
  type Engine,
  type GroupFollowing,
  type KeyStore,
  type ParkedGroups,
  type ParkedStream as Parked,
} from '@orderloom/engine';
import { orderBehind, personTokens } from '@orderloom/wire';
import type { ParkedStream, ParkedWork } from './client.ts';
import { followingLog, recordedIncoming, type Following } from './consuming/following.ts';
import { engineTransport } from './engine-transport.ts';
import { engineQueries, type ReadableEngine } from './reading/engine-queries.ts';
import type { Transport } from './transport.ts';

/** An engine in this process, as `openEmbedded` opens it; whoever has opened it stops it. */
export type EmbeddedEngine = {
  readonly engine: Pick<Engine, 'send' | 'statusOf'> & ReadableEngine;
  readonly registry: Registry;
  readonly keyStore: KeyStore;
  readonly precheck: (stream: StreamRef, type: string, data: object) => Rejection | undefined;
  readonly parked: ParkedGroups;
  readonly follow: (group: string) => Promise<GroupFollowing>;
};

const shown = ({ group, streamId, redriving, events }: Parked): ParkedStream => ({
  ...{ group, stream: streamId, redriving },
  reason: events[0]?.reason ?? '',
  at: new Date(events[0]?.recordedAt ?? 0).toISOString(),
  versions: events.map(({ version }) => version),
});

/** What groups of a tenant have parked, where their progress can be read from here. */
export const parkedWork = (parked: ParkedGroups, tenant: string): ParkedWork => ({
  list: async (group) =>
    parkedStreamsOf(await parked.parked(), tenant)
      .filter((stream) => stream.group === (group ?? stream.group))
      .map(shown),
  redrive: (group, stream) =>
    parked.redrive(groupKeyOf(tenant, group), stream === undefined ? 'all' : [stream]),
});

/** The events of an engine in this process, for one member of a group by the name under which it is kept. */
export const followingEngine = async (
  { engine, follow }: Pick<EmbeddedEngine, 'follow'> & { readonly engine: Pick<Engine, 'history'> },
  group: string,
): Promise<Following> =>
  followingLog(await follow(group), undefined, async (streamId, version) => {
    const [tenant = '', type = '', ...key] = streamId.split('/');
    const [event] = await engine.history({ tenant, type, key: key.join('/') }, version - 1, 1);
    return event && recordedIncoming(event);
  });

export const embeddedTransport = ({ engine, ...parts }: EmbeddedEngine): Transport => ({
  ...engineTransport({
    ...{ ...parts, send: engine.send, statusOf: engine.statusOf },
    orderBehind: (stream) => orderBehind(engine, stream, 0),
  }),
  queries: engineQueries({
    ...{ engine, registry: parts.registry },
    personTokens: (tenant, said) => personTokens(parts.keyStore, tenant, said),
  }),
  follow: ({ tenant, group }) => followingEngine({ engine, follow: parts.follow }, groupKeyOf(tenant, group)),
  parked: (tenant) => parkedWork(parts.parked, tenant),
  stop: async () => undefined,
});
