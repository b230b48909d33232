/** The processor's whole state at a log index, only to start faster; may be deleted at any time. */
export type Snapshot = {
  readonly index: number;
  /** Fold ids of all stream types, joined: another build's fold is never trusted. */
  readonly foldId: string;
  readonly bytes: Uint8Array;
};

export type SnapshotStore = {
  readonly load: () => Snapshot | undefined;
  readonly save: (snapshot: Snapshot) => void;
};
