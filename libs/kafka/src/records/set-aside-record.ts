import { streamIdOf } from '@orderloom/decider';
import type { DeadLetter, ParkedReaction } from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';

/** What could not be handled, as JSON: an operator reads it with any tool. Personal fields are sealed or left out. */
export const setAsideRecord = (kept: DeadLetter | ParkedReaction): NewRecord => ({
  key: streamIdOf(kept.stream),
  value: JSON.stringify(kept),
});

export const readSetAside = <Kept extends DeadLetter | ParkedReaction>({
  value,
}: Pick<ReadRecord, 'value'>): Kept => JSON.parse(value?.toString() ?? 'null') as Kept;
