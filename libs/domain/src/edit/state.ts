import type { OrderCommand } from '../messages/generated/order.ts';

/** `open`: changes are being staged. The others are ends; only `committed` has reached the order. */
export type EditStatus = 'none' | 'open' | 'committed' | 'discarded' | 'expired';

/** Commands of the order that may wait in an edit: those that people decide upon. */
export type StageableType = Extract<
  OrderCommand['type'],
  | 'EditReceiver'
  | 'AddNote'
  | 'CancelOrder'
  | 'HoldOrder'
  | 'ReleaseHold'
  | 'ExtendDeadline'
  | 'AdjustCharges'
>;

/** A change that waits: a command of the order. JSON only: bytes are texts, one character a byte. */
export type StagedChange = {
  /** `change-1`, `change-2` …; never given twice in one edit. */
  readonly changeId: string;
  readonly type: StageableType;
  readonly data: object;
};

/** Changes of one order that are made together, or not at all. */
export type EditState = {
  readonly status: EditStatus;
  /** The version of the order that it was begun on; once it is committed, the one that the changes were made on. */
  readonly orderVersion: number;
  /** When it is over, ms; `null`: it is. */
  readonly due: number | null;
  /** In the order in which they are made. */
  readonly changes: readonly StagedChange[];
  /** How many there ever were. */
  readonly staged: number;
};

export const noEdit: EditState = { status: 'none', orderVersion: 0, due: null, changes: [], staged: 0 };
