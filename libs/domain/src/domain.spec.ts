import { describe, expect, it } from '@jest/globals';
import type { CommandRule } from '@orderloom/decider';
import { domainRegistry, isCurrency, tableStepper } from './index.ts';

const { types, global, declaredCycles } = domainRegistry({ stepper: tableStepper });

describe('the domain', () => {
  it('has fourteen stream types, with the tenant for all to read', () => {
    expect(types.map(({ name }) => name)).toEqual([
      'tenant',
      'order',
      'buyer',
      'stock',
      'parcel',
      'job',
      'effect',
      'chain',
      'journal',
      'alias',
      'fulfilment',
      'itinerary',
      'edit',
      'reconciliation',
    ]);
    const tenant = types.find(({ name }) => name === global.type);
    expect(global.clockOf(tenant?.decider.initialState)).toEqual({ mode: 'live' });
    expect(global.exists(tenant?.decider.initialState)).toBe(false);
  });

  it('sends only commands that some stream type takes', () => {
    const taken = new Set(types.flatMap(({ commands }) => Object.keys(commands)));
    const sent = types.flatMap(({ reactions = {} }) =>
      Object.values(reactions).flatMap((one) => one?.sends ?? []),
    );
    expect(sent.filter((command) => !taken.has(command))).toEqual([]);
  });

  it('has no cycle of events and commands but of what it declares', () => {
    const emits = new Map(
      types.flatMap(({ commands }) =>
        Object.entries<CommandRule>(commands).map(([type, { emits: events }]) => [type, events] as const),
      ),
    );
    const sends = new Map(
      types.flatMap(({ reactions = {} }) =>
        Object.entries(reactions).map(([type, one]) => [type, one?.sends ?? []] as const),
      ),
    );
    const cycles: string[] = [];
    const follow = (event: string, path: readonly string[]): void => {
      if (path.includes(event)) cycles.push([...path.slice(path.indexOf(event)), event].join(' > '));
      else
        for (const command of sends.get(event) ?? [])
          for (const next of emits.get(command) ?? []) follow(next, [...path, event]);
    };
    for (const event of sends.keys()) follow(event, []);
    const isDeclared = (cycle: string): boolean =>
      declaredCycles.some((known) => cycle.split(' > ').every((event) => known.includes(event)));
    expect(declaredCycles).toEqual([
      ['OrderCancelled', 'ItineraryFailed'],
      ['BackorderFilled', 'ReservationReturned'],
    ]);
    expect(cycles.filter((cycle) => !isDeclared(cycle))).toEqual([]);
  });

  it('knows currencies', () => {
    expect(['EUR', 'CNY', 'JPY', 'XYZ', 'eur', ''].map(isCurrency)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
