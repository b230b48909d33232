import type { TailStep, WantedEvents } from '@orderloom/engine';

export type TailWorkerData = { readonly folder: string };

export type TailAsked = { readonly id: number; readonly after: number; readonly wanted: WantedEvents };

export type TailTold = { readonly id: number } & (
  | { readonly step: TailStep }
  | { readonly failed: { readonly code: string; readonly message: string; readonly retryable: boolean } }
);
