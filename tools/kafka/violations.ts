import type { RecordedEvent } from '@orderloom/decider';
import type { CommandResult } from '@orderloom/engine';

const streamOf = ({ stream }: RecordedEvent): string => `${stream.tenant}/${stream.type}/${stream.key}`;

/** Where a dense number leaves a gap or comes twice, by what it belongs to. */
const gaps = (
  events: readonly RecordedEvent[],
  of: (event: RecordedEvent) => { readonly name: string; readonly number: number },
): string[] => {
  const last = new Map<string, number>();
  return events.flatMap((event) => {
    const { name, number } = of(event);
    const before = last.get(name) ?? 0;
    last.set(name, number);
    return number === before + 1 ? [] : [`${name}: ${String(number)} after ${String(before)}`];
  });
};

const ONCE = new Set(['OrderPlaced', 'PaymentConfirmed']);

/** What breaks a promise in a log: gaps, effects that come twice, acknowledged commands that are not in it. */
export const violations = (
  events: readonly RecordedEvent[],
  acknowledged: readonly CommandResult[],
): readonly string[] => {
  const effects = events.filter(({ type }) => ONCE.has(type));
  const seen = new Set<string>();
  const twice = effects.flatMap(({ type, commandId }) => {
    const effect = `${type} of ${commandId}`;
    if (seen.has(effect)) return [`twice: ${effect}`];
    seen.add(effect);
    return [];
  });
  const inLog = new Set(events.map(({ commandId }) => commandId));
  const lost = acknowledged.flatMap(({ outcome, commandId }) =>
    (outcome === 'accepted' || outcome === 'duplicate') && !inLog.has(commandId)
      ? [`lost: ${commandId}`]
      : [],
  );
  return [
    ...gaps(events, (event) => ({ name: streamOf(event), number: event.version })),
    ...gaps(events, ({ slot, sequence }) => ({ name: `slot ${String(slot)}`, number: sequence })),
    ...twice,
    ...lost,
  ];
};
