import type { ParkedOfGroup } from './ports/group-progress.ts';

/** What a group has parked of one stream: the event that failed, and those that wait behind it. */
export type ParkedStream = {
  /** As its tenant calls it. */
  readonly group: string;
  readonly streamId: string;
  readonly redriving: boolean;
  readonly events: readonly ParkedOfGroup[];
};

/** The tenant's own name of a group; `undefined`: the group is another tenant's. */
const groupName = (key: string, tenant: string): string | undefined => {
  const mark = key.indexOf('~');
  const owner = mark < 0 ? 'main' : key.slice(0, mark);
  return owner === tenant ? key.slice(mark + 1) : undefined;
};

/** What groups of a tenant have parked, by group and stream, the oldest first. */
export const parkedStreamsOf = (
  parked: readonly ParkedOfGroup[],
  tenant: string,
): readonly ParkedStream[] => {
  const streams = new Map<string, ParkedStream>();
  for (const event of parked) {
    const { handler, streamId, redriving } = event;
    const group = groupName(handler, tenant);
    if (group === undefined || !streamId.startsWith(`${tenant}/`)) continue;
    const id = `${group}/${streamId}`;
    const events = [...(streams.get(id)?.events ?? []), event];
    streams.set(id, { group, streamId, redriving, events });
  }
  return [...streams.values()];
};
