import { describe, expect, test } from '@jest/globals';
import { recordedEvent } from '@orderloom/testing';
import { fold } from './fold.ts';
import { eventIdOf } from './recorded-event.ts';
import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  streamIdOf,
  type Decider,
  type EvolveContext,
} from './words.ts';

const stream = { tenant: 'main', type: 'stock', key: 'SKU-1@main' };

describe('the words', () => {
  test('name a stream and its events', () => {
    expect(streamIdOf(stream)).toBe('main/stock/SKU-1@main');
    expect(eventIdOf({ stream, version: 3 })).toBe('main/stock/SKU-1@main/3');
  });

  test('accept and refuse by value', () => {
    const event = { type: 'Lit', data: {} };
    expect(accept(event, event)).toEqual({ outcome: 'accepted', events: [event, event] });
    expect(refuseState('lit', 'It is lit.')).toMatchObject({ rejection: { code: 'lit', kind: 'state' } });
    expect(refuseMissing('no-lamp', 'No lamp.')).toMatchObject({ rejection: { kind: 'missing' } });
    expect(refuseContent('dark', 'Dark.', '/watt')).toMatchObject({
      rejection: { kind: 'content', pointer: '/watt' },
    });
    expect(refuseContent('dark', 'Dark.')).not.toHaveProperty('rejection.pointer');
  });
});

describe('fold', () => {
  const seen: Decider<readonly EvolveContext<string>[], never, { type: string; data: object }, string> = {
    initialState: [],
    decide: () => accept(),
    evolve: (state, _, context) => [...state, context],
    isTerminal: () => false,
  };

  test('folds in order, from the beginning, with what the envelope says', () => {
    const lit = { type: 'Lit', data: {} };
    const events = [1, 2].map((version) => recordedEvent(lit, { stream, version, recordedAt: version * 10 }));
    expect(fold(seen, events, 'policy')).toEqual([
      { stream, recordedAt: 10, version: 1, global: 'policy' },
      { stream, recordedAt: 20, version: 2, global: 'policy' },
    ]);
    expect(fold(seen, [], 'policy')).toBe(seen.initialState);
  });
});
