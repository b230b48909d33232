import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import type { TenantState } from '@orderloom/domain';

/** Something in the log that no sound engine could have written. */
export type Violation = {
  /** The stream, as tenant/type/key; `log` where it is the log itself. */
  readonly stream: string;
  /** Version of the event; for the log the index of the event, from 1. */
  readonly version: number;
  readonly problem: string;
};

/** One event with what the walk knows of it. */
export type Seen = {
  readonly event: RecordedEvent;
  readonly id: string;
  /** First 16 bytes of the SHA-256 of its identity, latin1. */
  readonly identity: string;
  /** The payload as it is stored. */
  readonly payload: Uint8Array;
  /** Index of the group that holds it, and the partition in which that is. */
  readonly group: number;
  readonly partition: number;
  /** The tenant before the event, and the stream's state behind it; `undefined` where it could not be folded. */
  readonly tenant: TenantState;
  readonly state: unknown;
};

/** One thing that is looked at over the whole log. Problems are told of the event, or at the end of a stream. */
export type Check = {
  readonly onEvent: (seen: Seen) => readonly string[];
  readonly atEnd?: () => Iterable<Violation | OnItsWay>;
};

/** Two streams differ, and what would make them agree may be on its way from one to the other. */
export type OnItsWay = 'on its way';

export const violationAt = (ref: StreamRef, version: number, problem: string): Violation => ({
  stream: `${ref.tenant}/${ref.type}/${ref.key}`,
  version,
  problem,
});
