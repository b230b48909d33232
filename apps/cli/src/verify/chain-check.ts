import type { Registry } from '@orderloom/decider';
import type { Check, Seen } from './check.ts';

const printable = (identity: string): string => Buffer.from(identity, 'latin1').toString('hex');

/** Versions 1, 2, 3 … of each stream, each event naming the one before it. */
export const chainCheck = (): Check => {
  const last = new Map<string, { readonly version: number; readonly identity: string }>();
  return {
    onEvent: ({ event, id, identity }) => {
      const before = last.get(id) ?? { version: 0, identity: '' };
      last.set(id, { version: event.version, identity });
      const problems: string[] = [];
      if (event.version !== before.version + 1)
        problems.push(`version ${event.version} follows version ${before.version}`);
      if (event.prev !== before.identity)
        problems.push(
          `it follows the event ${printable(event.prev) || 'none'}, but the one before it is ${printable(before.identity) || 'none'}`,
        );
      return problems;
    },
  };
};

/** Every event in the slot of its key, and each slot's sequence 1, 2, 3 … */
export const slotCheck = (registry: Registry): Check => {
  const types = new Map(registry.types.map((type) => [type.name, type]));
  const sequences = new Map<number, number>();
  return {
    onEvent: ({ event }) => {
      const { stream, slot, sequence } = event;
      const problems: string[] = [];
      const due = types.get(stream.type)?.slotOf(stream.tenant, stream.key);
      if (due !== slot) problems.push(`it is in slot ${slot}, its key belongs to ${due ?? 'none'}`);
      const before = sequences.get(slot) ?? 0;
      if (sequence !== before + 1) problems.push(`sequence ${sequence} of slot ${slot} follows ${before}`);
      sequences.set(slot, sequence);
      return problems;
    },
  };
};

/** Time never runs backwards in a slot while the tenant's clock is real. */
export const timeCheck = (): Check => {
  const latest = new Map<number, number>();
  return {
    onEvent: ({ event, tenant }) => {
      if (tenant.clock.mode !== 'live') return [];
      const before = latest.get(event.slot) ?? 0;
      latest.set(event.slot, Math.max(before, event.recordedAt));
      return event.recordedAt < before
        ? [`it was recorded before an earlier event of slot ${event.slot}`]
        : [];
    },
  };
};

/** A command from outside takes effect once: its events are in one group. */
export const effectCheck = (): Check => {
  const groups = new Map<string, number>();
  const keyOf = ({ event }: Seen): string => `${event.stream.tenant}\0${event.slot}\0${event.commandId}`;
  return {
    onEvent: (seen) => {
      if (seen.event.hops > 0) return [];
      const first = groups.get(keyOf(seen));
      groups.set(keyOf(seen), first ?? seen.group);
      return first === undefined || first === seen.group
        ? []
        : [`command ${seen.event.commandId} has taken effect before, in the group of event ${first}`];
    },
  };
};
