import type { EngineFigures, PartitionOwner } from '@orderloom/engine';

/** What the partitions of this process have done, summed. */
export const figuresOf = (owners: readonly PartitionOwner[]): EngineFigures => {
  const commands = { accepted: 0, duplicate: 0, refused: 0, conflict: 0, unavailable: 0, pending: 0 };
  for (const { outcomes } of owners) for (const [outcome, count] of outcomes) commands[outcome] += count;
  const sum = (of: (owner: PartitionOwner) => number): number =>
    owners.reduce((total, owner) => total + of(owner), 0);
  const worst = (of: (late: EngineFigures['lateness']) => number): number =>
    Math.max(0, ...owners.map(({ lateness }) => of(lateness.figures())));
  return {
    commands,
    groups: sum(({ steps }) => steps),
    events: sum(({ events }) => events),
    streams: sum(({ processor }) => processor?.partition.streams.size ?? 0),
    streamsSetAside: sum(({ processor }) => processor?.partition.settingAside.count ?? 0),
    deadlinesPending: sum(({ processor }) => processor?.partition.deadlines.pending ?? 0),
    deadlinesFired: sum(({ lateness }) => lateness.fired),
    // Over partitions the worst of each: an honest median would need every single deadline.
    lateness: { p50: worst(({ p50 }) => p50), p99: worst(({ p99 }) => p99), max: worst(({ max }) => max) },
    quarantined: 0,
    snapshotIndex: 0,
    lag: 0,
    decideMs: sum(({ decideMs }) => decideMs),
    commitMs: sum(({ commitMs }) => commitMs),
  };
};
