/** A rebuild is a job of so many steps, whatever the length of the log is when it is begun again. */
export const REBUILD_STEPS = 100;
/** Of them before it compares. */
export const BUILT_STEPS = 60;

/** What a log says of one rebuild. The placement decides what is done: where the record is refused, the work goes on. */
export type RebuildRecord = {
  readonly start: () => Promise<void>;
  /** So many steps are done. */
  readonly at: (step: number) => void;
  readonly complete: (counts: Readonly<Record<string, number>>) => Promise<void>;
  readonly fail: (code: string, reason: string) => Promise<void>;
};

/** Where nothing is said of it. */
export const unrecorded: RebuildRecord = {
  start: async () => undefined,
  at: () => undefined,
  complete: async () => undefined,
  fail: async () => undefined,
};
