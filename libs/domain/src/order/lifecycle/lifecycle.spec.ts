import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { knownLifecycles } from '../lifecycles/known.ts';
import { retail } from '../lifecycles/retail.ts';
import { compiledLifecycle } from './compiled.ts';
import { canonicalJson, type LifecycleDefinition, lifecycleRef, publishable } from './definition.ts';
import { sha256 } from './sha256.ts';
import { tableStepper, xstateStepper } from './stepper.ts';
import { lifecycleFaults } from './validation.ts';

const small = (more: Partial<LifecycleDefinition> = {}): LifecycleDefinition => ({
  name: 'small',
  version: 1,
  regions: {
    light: { initial: 'off', statuses: { off: { TurnedOn: 'on' }, on: { TurnedOff: 'off' } } },
    door: {
      initial: 'shut',
      statuses: { shut: { Opened: { target: 'open', when: { light: ['on'] } } }, open: {} },
    },
  },
  deadlines: [],
  ...more,
});

describe('sha256', () => {
  it.each(['', 'abc', 'ü€😀', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(1000)])(
    'of %p is the one of FIPS 180-4',
    (text) => {
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    },
  );
});

describe.each(knownLifecycles)('the lifecycle $name', (published) => {
  const lifecycle = compiledLifecycle(published);

  it('has no faults and no status that nothing leads to', () => {
    expect(lifecycleFaults(lifecycle.definition)).toEqual([]);
    expect(lifecycle.unreachable).toEqual([]);
  });

  it('is the same as a table and as a machine, in every status for every symbol', () => {
    const symbols = [...lifecycle.symbols.keys(), 'NeverHeardOf'];
    for (const status of lifecycle.statuses.keys())
      for (const symbol of symbols)
        expect([status, symbol, tableStepper.next(lifecycle, status, symbol)]).toEqual([
          status,
          symbol,
          xstateStepper.next(lifecycle, status, symbol),
        ]);
  });

  it('is named by its content', () => {
    expect(lifecycle.ref).toBe(lifecycleRef(published));
    expect(published.hash).toBe(createHash('sha256').update(published.definition).digest('hex'));
  });
});

describe('a definition', () => {
  it('has one text, whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
  });

  it('has another hash as soon as it means something else', () => {
    const other = { ...retail, deadlines: [] };
    expect(publishable(other).hash).not.toBe(publishable(retail).hash);
  });

  it('asks for statuses of other regions', () => {
    const lifecycle = compiledLifecycle(publishable(small()));
    expect(tableStepper.next(lifecycle, 0, 'Opened')).toBe(-1);
    const on = tableStepper.next(lifecycle, 0, 'TurnedOn');
    expect(lifecycle.statuses[tableStepper.next(lifecycle, on, 'Opened')]).toEqual({
      light: 'on',
      door: 'open',
    });
  });

  it('names a status that nothing leads to', () => {
    const regions = { light: { initial: 'off', statuses: { off: { TurnedOn: 'off' }, broken: {} } } };
    expect(compiledLifecycle(publishable(small({ regions }))).unreachable).toEqual(['light.broken']);
  });

  const region = (statuses: LifecycleDefinition['regions'][string]['statuses'], initial = 'off') => ({
    regions: { light: { initial, statuses } },
  });
  const deadline = {
    name: 'late',
    starts: [],
    while: {},
    after: 'paymentTimeoutMs',
    command: 'TimeOutPayment',
  };
  it.each<[string, Partial<LifecycleDefinition>]>([
    [
      'light.off on TurnedOn leads to on, which does not exist; light has off',
      region({ off: { TurnedOn: 'on' } }),
    ],
    [
      'light.off on StatusOverridden:light.on is an override that keeps no unit and no money right',
      region({ off: { 'StatusOverridden:light.on': 'on' }, on: {} }),
    ],
    [
      'fulfilment.shipped on StatusOverridden:fulfilment.delivered leads to shipped, and not where it says',
      {
        regions: {
          fulfilment: {
            initial: 'shipped',
            statuses: { shipped: { 'StatusOverridden:fulfilment.delivered': 'shipped' }, delivered: {} },
          },
        },
      },
    ],
    ['light starts in on, which does not exist; light has off', region({ off: {} }, 'on')],
    [
      'light.on-2 is no name: letters and hyphens only, 40 at most',
      region({ off: { TurnedOn: 'on-2' }, 'on-2': {} }),
    ],
    ['light.off on turned-on is not an event type', region({ off: { 'turned-on': 'off' } })],
    [
      'light.off on TurnedOn asks for region door, which does not exist; there are light',
      region({ off: { TurnedOn: { target: 'off', when: { door: ['shut'] } } } }),
    ],
    [
      'light.off on TurnedOn asks for light.dim, which does not exist; light has off',
      region({ off: { TurnedOn: { target: 'off', when: { light: ['dim'] } } } }),
    ],
    [
      'deadline late asks for light.dim, which does not exist; light has off, on',
      { deadlines: [{ ...deadline, while: { light: ['dim'] } }] },
    ],
    [
      'deadline late asks for light.dull, which does not exist; light has off, on',
      { deadlines: [{ ...deadline, sleeps: { light: ['dull'] } }] },
    ],
    [
      'deadline late waits for luck, which no policy has; there are receiveAfterMs, completeAfterMs, reviewAfterMs, paymentTimeoutMs, reminderAfterMs, approvalTimeoutMs',
      { deadlines: [{ ...deadline, after: 'luck' }] },
    ],
    [
      'deadline late is limited by luck, which no policy has; there are maxReminders',
      { deadlines: [{ ...deadline, atMost: 'luck' }] },
    ],
    [
      'deadline late sends PlaceOrder, which no deadline may send; there are ReceiveByDeadline, CompleteByDeadline, ReviewByDeadline, TimeOutPayment, RemindPayment, ExpireApproval',
      { deadlines: [{ ...deadline, command: 'PlaceOrder' }] },
    ],
  ])('is refused: %s', (fault, wrong) => {
    expect(lifecycleFaults(small(wrong))).toEqual([fault]);
    expect(() => compiledLifecycle(publishable(small(wrong)))).toThrow(fault);
  });
});
