import { alarmNames, type OnAlarm } from '@orderloom/engine';
import type { Logger } from '@orderloom/runtime';

type Types = Parameters<typeof alarmNames>[0];

/** Logs what an operator has to look at, with ids alone, and counts it. */
export const noticedAlarms = (
  log: Pick<Logger, 'warn'>,
): {
  readonly onAlarm: OnAlarm;
  /** Alarms since the start, by name; of each that there can be. */
  readonly counted: (types: Types) => Readonly<Record<string, number>>;
} => {
  const counts = new Map<string, number>();
  return {
    onAlarm: ({ name, stream: { tenant, type, key }, version }) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      log.warn({ alarm: name, tenant, stream: `${type}/${key}`, version }, 'somebody has to look at this');
    },
    counted: (types) => Object.fromEntries(alarmNames(types).map((name) => [name, counts.get(name) ?? 0])),
  };
};
