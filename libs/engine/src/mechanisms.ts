/** Every mechanism that a promise rests on, so that a test can take it away and see the promise break. */
export type Mechanisms = {
  /** `false`: every command id is forgotten, so that retries take effect again. */
  readonly dedup: boolean;
  /** `false`: callers are answered before the commit. */
  readonly acknowledgeAfterCommit: boolean;
  /** `false`: ripe deadlines go before the commands that wait. */
  readonly deadlinesAfterInput: boolean;
};

export const allMechanisms: Mechanisms = {
  dedup: true,
  acknowledgeAfterCommit: true,
  deadlinesAfterInput: true,
};
