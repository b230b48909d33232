import type { ImportRow } from '../mapping.ts';
import type { Activity } from './activities.ts';

/** One business event of an order log. */
export type OcelRow = ImportRow & {
  readonly activity: Activity;
  readonly orders: readonly string[];
  readonly items: readonly string[];
  readonly packages: readonly string[];
  /** Hundredths of the currency's unit; `null`: not said. */
  readonly price: number | null;
  /** `null`: not said. */
  readonly weightGrams: number | null;
};
