import type { Registry, StreamRef } from '@orderloom/decider';

/** What a reaction is called that waits for an operator. */
export const REACTION_PARKED = 'reaction-parked';

/** An operator has to look: a durable event of a type that its stream type declares, or a reaction that was parked. */
export type Alarm = {
  /** The event's type, or `reaction-parked`. */
  readonly name: string;
  readonly stream: StreamRef;
  readonly version: number;
};

/** Told once an alarm's event is durable, and never when it is read again. */
export type OnAlarm = (alarm: Alarm) => void;

/** Every alarm that an engine of these types can give. */
export const alarmNames = ({ types }: Pick<Registry, 'types'>): readonly string[] => [
  ...types.flatMap((type): readonly string[] => (type.alarms ?? []) as readonly string[]),
  REACTION_PARKED,
];
