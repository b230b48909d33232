export type JobStatus = 'none' | 'running' | 'completed' | 'failed';

/** Long work that survives a restart: a later run finds it by its source and goes on from `done`. */
export type JobState = {
  readonly status: JobStatus;
  readonly kind: string;
  /** SHA-256 of the input, hexadecimal. */
  readonly source: string;
  readonly total: number;
  readonly done: number;
  /** What came of the steps so far, by outcome. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why it failed, while it is failed. */
  readonly failure: { readonly code: string; readonly reason: string } | null;
};

export const noJob: JobState = {
  status: 'none',
  kind: '',
  source: '',
  total: 0,
  done: 0,
  counts: {},
  failure: null,
};
