import { streamIdOf } from '@orderloom/decider';
import type { DeadLetter, ParkedReaction } from '@orderloom/engine';
import type { KafkaMessage, Message } from 'kafkajs';

/** What could not be handled, as JSON: an operator reads it with any tool. Personal fields are sealed or left out. */
export const setAsideRecord = (kept: DeadLetter | ParkedReaction): Message => ({
  key: streamIdOf(kept.stream),
  value: JSON.stringify(kept),
});

export const readSetAside = <Kept extends DeadLetter | ParkedReaction>({
  value,
}: Pick<KafkaMessage, 'value'>): Kept => JSON.parse(value?.toString() ?? 'null') as Kept;
