import type { ViewReader } from '@orderloom/engine';

export type QueryMethod = Exclude<keyof ViewReader, 'close'>;

export type QueryWorkerData = { readonly folder: string; readonly generation: string };

export type Query = {
  readonly id: number;
  readonly method: QueryMethod;
  readonly values: readonly unknown[];
};

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean };
    };

/** A worker's first message; time limits run from then on, whatever the thread took to start. */
export const READY: Answer = { id: 0, value: 'ready' };
