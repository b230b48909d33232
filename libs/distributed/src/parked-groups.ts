import type { ParkedGroups } from '@orderloom/engine';
import { kafkaParkedGroups } from '@orderloom/kafka';
import { partsOf, type DistributedOptions } from './parts.ts';

/** What groups of consumers have parked, in whichever process and by whichever way they consume. */
export const parkedGroups = (options: DistributedOptions): ParkedGroups =>
  kafkaParkedGroups(partsOf(options));
