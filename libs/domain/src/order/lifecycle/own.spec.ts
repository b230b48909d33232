import { describe, expect, it } from '@jest/globals';
import { compiledLifecycle } from './compiled.ts';
import { defineLifecycle, type LifecycleSpec } from './own.ts';
import { LifecycleError, lifecyclesIn } from './own-config.ts';
import { tableStepper } from './stepper.ts';

/** `retail`, and nothing leaves before somebody has put the order in a gift box. */
const boxed = (more: Partial<LifecycleSpec> = {}) =>
  defineLifecycle({ name: 'boxed', version: 1, extends: 'retail', ...more });

const problemsOf = (config: unknown): readonly string[] => {
  try {
    lifecyclesIn(config);
  } catch (error) {
    if (error instanceof LifecycleError) return error.problems;
    throw error;
  }
  return [];
};
const faultsOf = (more: Partial<LifecycleSpec>): readonly string[] =>
  problemsOf({ lifecycles: [boxed(more)] });
const checked = (more: Partial<LifecycleSpec> = {}) => lifecyclesIn({ lifecycles: [boxed(more)] })[0]!;

describe("a lifecycle of one's own", () => {
  it('is that of the build under another name, where it says nothing', () => {
    const { published, warnings } = checked();
    expect([published.name, published.version, warnings]).toEqual(['boxed', 1, []]);
  });

  it('adds regions, changes ways, takes ways away, and asks for more wherever a symbol stands', () => {
    const box = {
      initial: 'open',
      statuses: { open: { NoteAdded: 'closed' }, closed: { NoteAdded: 'closed' } },
    };
    const { published } = checked({
      regions: { box, payment: { statuses: { awaiting: { PaymentTimedOut: null } } } },
      requires: [
        { symbols: ['LinesShipped', 'LinesShipped:last'], when: { box: ['closed'], payment: ['paid'] } },
      ],
    });
    const lifecycle = compiledLifecycle(published);
    const step = (status: number, symbol: string): number => tableStepper.next(lifecycle, status, symbol);
    const paid = step(0, 'PaymentConfirmed');
    expect(step(paid, 'LinesShipped')).toBe(-1);
    const closed = step(paid, 'NoteAdded');
    expect(lifecycle.statuses[step(closed, 'LinesShipped')]).toMatchObject({
      box: 'closed',
      fulfilment: 'partial',
    });
    expect(step(step(closed, 'RefundDue'), 'LinesShipped')).toBe(-1);
    expect(lifecycle.definition.regions['payment']?.statuses['awaiting']).not.toHaveProperty(
      'PaymentTimedOut',
    );
  });

  it('replaces a deadline of the same name, and keeps the others', () => {
    const deadline = { name: 'payment', starts: ['OrderPlaced'], while: { payment: ['awaiting'] } };
    const after = { after: 'reminderAfterMs', command: 'TimeOutPayment' };
    const namesWith = (name: string) =>
      boxed({ deadlines: [{ ...deadline, ...after, name }] }).definition.deadlines.map((rule) => rule.name);
    expect(namesWith('payment')).toEqual(['receive', 'complete', 'review', 'payment']);
    expect(namesWith('second')).toEqual(['payment', 'receive', 'complete', 'review', 'second']);
  });

  it('warns of a status that nothing leads to', () => {
    const { warnings } = checked({ regions: { payment: { statuses: { disputed: {} } } } });
    expect(warnings).toEqual(['nothing leads to payment.disputed']);
  });

  it('leaves out with a command whatever waits for nothing but the same words', () => {
    const none = { statuses: { returnable: { ReturnRequested: null }, resolved: { ReturnRequested: null } } };
    const requested = { ReturnRequested: null, ReturnResolved: null, 'ReturnResolved:last': null };
    const afterSale = { statuses: { ...none.statuses, requested } };
    expect(faultsOf({ regions: { afterSale }, never: ['RequestReturn', 'ResolveReturn'] })).toEqual([]);
  });

  it('extends what there is', () => {
    expect(() => boxed({ extends: 'wholesale' })).toThrow(
      'boxed extends wholesale, which does not exist; there are retail, terms',
    );
  });

  it.each<[string, Partial<LifecycleSpec>]>([
    ['boxed@1: retail is a lifecycle of this build; give yours another name', { name: 'retail' }],
    ['boxed@1: Boxed is no name: lower case letters, digits and hyphens, 64 at most', { name: 'Boxed' }],
    ['boxed@1: boxed has version 0; it must be a whole number from 1 to 1000000', { version: 0 }],
    [
      'boxed@1: payment.awaiting on PaymentConfirmed leads to payed, which does not exist; payment has awaiting, billed, paid, paying, refunded, refunding, unknown, void',
      { regions: { payment: { statuses: { awaiting: { PaymentConfirmed: 'payed' } } } } },
    ],
    [
      'boxed@1: box starts in , which does not exist; box has open',
      { regions: { box: { statuses: { open: {} } } } },
    ],
    [
      'boxed@1: ConfirmOrder is named under never, and is possible',
      { regions: { payment: { statuses: { paid: { OrderConfirmed: 'paid' } } } }, never: ['ConfirmOrder'] },
    ],
    [
      'boxed@1: HoldOrder is possible in no status: let OrderHeld follow somewhere, or name it under never',
      {
        regions: { hold: { statuses: { clear: { OrderHeld: null }, held: { OrderHeld: null } } } },
        never: ['ReleaseHold'],
      },
    ],
    [
      'boxed@1: LinesReserved must be able to follow in every status, and cannot in afterSale.none, fulfilment.open, hold.clear, payment.awaiting',
      { regions: { fulfilment: { statuses: { open: { LinesReserved: null } } } } },
    ],
    [
      'boxed@1: fulfilment.open on LinesPicked asks for no status at all, so it can never follow',
      { requires: [{ symbols: ['LinesPicked'], when: { payment: ['void'] } }] },
    ],
  ])('is refused: %s', (problem, more) => {
    const found = faultsOf(more).map((one) => one.replace(/^[^:]*/, 'boxed@1'));
    expect(found).toContain(problem);
  });

  it('is refused with everything that is wrong, and what there is', () => {
    const ways = { PaymentConfirmd: 'paid', LinesShiped: 'awaiting' } as object;
    const found = faultsOf({ regions: { payment: { statuses: { awaiting: ways } } } });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      /^boxed@1: payment.awaiting on PaymentConfirmd: no event is called so; there are .*PaymentConfirmed/,
    );
  });

  it.each<[string, unknown]>([
    ['the configuration must export an object by default: { lifecycles: [ … ] }', []],
    ['lifecycle is not known; there is lifecycles', { lifecycle: [] }],
    ['lifecycles must be a list', { lifecycles: {} }],
    ['lifecycles[0] is none: make it with defineLifecycle', { lifecycles: [{ name: 'boxed', version: 1 }] }],
    ['boxed@1 is there twice; give what differs another version', { lifecycles: [boxed(), boxed()] }],
  ])('cannot be loaded: %s', (problem, config) => {
    expect(problemsOf(config)).toEqual([problem]);
  });
});
