import { logCorrupt } from '../errors.ts';
import { LANES, type OwnedPartition } from '../ports/partition-port.ts';

/** Throws `log-corrupt` where a lane's committed offset lies before what the log's own events come from. */
export const refuseOffsetsBehind = (index: number, { offsets, decidedUpTo }: OwnedPartition): void => {
  const least = decidedUpTo();
  for (const lane of LANES)
    if (offsets[lane] < least[lane])
      throw logCorrupt(
        `partition ${String(index)}: the ${lane} lane is committed up to ${String(offsets[lane])}, but its log holds ` +
          `events of record ${String(least[lane] - 1)}: the offsets were lost or set back, and deciding again would repeat effects`,
      );
};
