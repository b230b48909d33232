import type { Following } from '../consuming/following.ts';
import type { Membership } from '../transport.ts';
import { groupCalls } from './group-calls.ts';
import { GroupConnection } from './group-connection.ts';
import { GroupSession } from './group-session.ts';
import type { HttpPlace } from './http-place.ts';

/** The events for one member of a group, from an engine that keeps the group's progress. */
export const httpFollowing = async (place: HttpPlace, member: Membership): Promise<Following> => {
  const calls = await groupCalls(place, member);
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let connection: GroupConnection | undefined;
  let session: GroupSession | undefined;
  const connected = async (): Promise<GroupConnection> => {
    if (connection === undefined || connection.signal.aborted) connection = await GroupConnection.open(calls);
    return connection;
  };
  return {
    load: calls.load,
    source: {
      run: async (task) => {
        const partition = {
          partition: 0,
          read: (_: number, signal: AbortSignal) => {
            if (session === undefined) throw new TypeError('a partition is taken before it is read');
            return session.read(signal);
          },
          shown: () => undefined,
        };
        const run = task(partition, stopping.signal);
        running = run.catch(() => undefined);
        await run;
      },
      stop: async () => {
        stopping.abort();
        await running;
        connection?.close();
      },
    },
    progress: {
      take: async () => {
        session = await GroupSession.begin(await connected(), {
          ...{ calls, group: member.group, stopping: stopping.signal },
        });
        return session.owned;
      },
      close: async () => undefined,
    },
  };
};
