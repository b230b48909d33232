import type { Comparison } from '@orderloom/engine';

/** What a comparing worker is started with. */
export type ComparingWorkerData = { readonly folder: string; readonly generation: string };

export type FromComparingWorker =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  | { readonly kind: 'failed'; readonly message: string };
