/** What a snapshot is of. */
export type SnapshotHead = {
  /** Index of the last event that is in it. */
  readonly index: number;
  /** Fold ids of all stream types, joined: another build's fold is never trusted. */
  readonly foldId: string;
};

/** The processor's whole state at a log index, only to start faster; may be deleted at any time. */
export type Snapshot = SnapshotHead & { readonly parts: Iterable<Uint8Array> };

export type SnapshotStore = {
  readonly load: () => Snapshot | undefined;
  /**
   * Keeps the parts as they come, which may take a while; only when all are durable do they replace the snapshot before.
   * Rejects where they could not be kept, and with what `parts` throws; the snapshot before is still there then.
   */
  readonly save: (
    head: SnapshotHead,
    parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ) => Promise<void>;
};
