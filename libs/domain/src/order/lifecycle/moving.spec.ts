import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { evolveTenant } from '../../tenant/evolve.ts';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { b2bSpec } from '../example-b2b.ts';
import { cancelled, delivered, orderPlaced, paid, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { orderStreamType } from '../order-stream.ts';
import { compiledLifecycle } from './compiled.ts';
import { publishable, type LifecycleDefinition, type Target } from './definition.ts';
import { findingsOf, type FindingKind, type Standing } from './moving.ts';
import { defineLifecycle } from './own.ts';
import { tableStepper } from './stepper.ts';

// A changed lifecycle held against the orders that are there: what breaks one of them is found, and nothing else is.

const fields = {
  costCentre: { type: 'text', maxLength: 8 },
  budget: { type: 'number', min: 0, max: 900 },
} as const;
const { definition: first } = defineLifecycle({ ...b2bSpec, fields });
const before = compiledLifecycle(publishable(first));
const tenant = evolveTenant(exampleTenant(), { type: 'LifecyclePublished', data: publishable(first) });
const given = scenarios(orderStreamType({ stepper: tableStepper }), {
  stream: exampleOrder,
  now: NOON,
  global: tenant,
});

const placed = (said: Readonly<Record<string, string>> = {}): OrderEvent => {
  const { data } = orderPlaced();
  return { type: 'OrderPlaced', data: { ...data, lifecycle: tenant.current['b2b']!, fields: said } };
};
const requested = { type: 'ApprovalRequested', data: { reason: 'new', limit: null, due: NOON + 9 } } as const;
const approved = { type: 'OrderApproved', data: { reason: null, due: NOON + 9 } } as const;
const all = units('a', 2, 'b', 1);

/** Where orders are: waiting for money, for approval with and without money, held, on their way, arrived, cancelled. */
const population: readonly Standing[] = [
  [placed({ costCentre: '4711', budget: '900' })],
  [placed(), requested],
  [placed(), requested, paid()],
  [placed(), requested, approved],
  [placed(), { type: 'OrderHeld', data: { holdId: 'hold-1', reason: 'fraud' } } as const],
  [placed(), paid(), shipped('P', units('a', 2))],
  [placed(), paid(), shipped('P', all, true), delivered('P', all, true)],
  [placed(), cancelled()],
].map((events: readonly OrderEvent[]) => {
  const { status, deadline, placed: agreed } = given(...events).state;
  return {
    status: before.statuses[status]!,
    deadlines: deadline === null ? [] : [deadline.name],
    fields: agreed.fields ?? {},
  };
});

type Editable = {
  regions: Record<string, { initial: string; statuses: Record<string, Record<string, Target>> }>;
  deadlines: Record<string, unknown>[];
  fields: Record<string, Record<string, unknown>>;
};

const kindsBehind = (edit: (definition: Editable) => void): readonly FindingKind[] => {
  const edited = structuredClone({ ...first, version: 2 }) as unknown as Editable;
  edit(edited);
  const after = compiledLifecycle(publishable(edited as unknown as LifecycleDefinition));
  return [
    ...new Set(population.flatMap((one) => findingsOf(before, after, one).map(({ kind }) => kind))),
  ].sort();
};

/** Every name of that kind becomes another one, wherever it stands. */
const renamed = (edited: Editable, from: string, to: string): void => {
  const text = JSON.stringify(edited).replaceAll(`"${from}"`, `"${to}"`);
  Object.assign(edited, JSON.parse(text));
};
const ways = (edited: Editable, region: string, status: string): Record<string, Target> =>
  edited.regions[region]!.statuses[status]!;
const deadline = (edited: Editable, name: string): Record<string, unknown> =>
  edited.deadlines.find((one) => one['name'] === name)!;

describe('a change that breaks orders that are there', () => {
  it.each<[string, FindingKind, (edited: Editable) => void]>([
    ['a status is renamed', 'vanished-status', (edited) => renamed(edited, 'paid', 'settled')],
    [
      'another one is, where orders wait',
      'vanished-status',
      (edited) => renamed(edited, 'waiting', 'pending'),
    ],
    ['a region is renamed', 'vanished-region', (edited) => renamed(edited, 'approval', 'consent')],
    [
      'a region is gone',
      'vanished-region',
      (edited) => {
        delete edited.regions['approval'];
        Object.assign(edited, JSON.parse(JSON.stringify(edited).replaceAll(/,?"approval":\[[^\]]*\]/g, '')));
      },
    ],
    [
      'nobody gets into a mixture any more',
      'unreachable-mixture',
      (edited) => {
        ways(edited, 'hold', 'clear')['OrderHeld'] = { target: 'held', when: { payment: ['paid'] } };
      },
    ],
    [
      'a deadline is gone',
      'orphaned-deadline',
      (edited) => {
        edited.deadlines = edited.deadlines.filter(({ name }) => name !== 'payment');
      },
    ],
    [
      'a deadline is renamed',
      'orphaned-deadline',
      (edited) => {
        deadline(edited, 'approval')['name'] = 'consent';
      },
    ],
    [
      'a deadline lasts in fewer statuses',
      'orphaned-deadline',
      (edited) => {
        deadline(edited, 'approval')['while'] = { approval: ['waiting'], hold: ['held'] };
      },
    ],
    [
      'a deadline does something else',
      'orphaned-deadline',
      (edited) => {
        deadline(edited, 'approval')['command'] = 'RemindPayment';
      },
    ],
    [
      'an order that is open cannot be cancelled',
      'refused-command',
      (edited) => {
        delete ways(edited, 'fulfilment', 'open')['OrderCancelled'];
        delete ways(edited, 'fulfilment', 'open')['LinesCancelled'];
        for (const region of ['payment', 'hold', 'approval'])
          for (const of of Object.values(edited.regions[region]!.statuses)) delete of['OrderCancelled'];
      },
    ],
    [
      'goods need one thing more to leave',
      'refused-command',
      (edited) => {
        for (const symbol of ['LinesShipped', 'LinesShipped:last'])
          ways(edited, 'fulfilment', 'partial')[symbol] = {
            target: 'shipped',
            when: { approval: ['approved'] },
          };
      },
    ],
    [
      'nothing comes back',
      'refused-command',
      (edited) => {
        delete ways(edited, 'afterSale', 'returnable')['ReturnRequested'];
      },
    ],
    [
      'a field is gone',
      'refused-field',
      (edited) => {
        delete edited.fields['costCentre'];
      },
    ],
    [
      'a field is bounded more',
      'refused-field',
      (edited) => {
        edited.fields['budget']!['max'] = 899;
      },
    ],
    [
      'a field must be there',
      'refused-field',
      (edited) => {
        edited.fields['costCentre']!['required'] = true;
      },
    ],
  ])('%s', (_what, kind, edit) => {
    expect(kindsBehind(edit)).toContain(kind);
  });
});

describe('a change that takes nothing away from them', () => {
  it.each<[string, (edited: Editable) => void]>([
    ['nothing is another', () => undefined],
    [
      'a status more',
      (edited) => {
        edited.regions['payment']!.statuses['disputed'] = {};
      },
    ],
    [
      'a region more',
      (edited) => {
        edited.regions['gift'] = {
          initial: 'plain',
          statuses: { plain: { NoteAdded: 'wrapped' }, wrapped: {} },
        };
      },
    ],
    [
      'a way more',
      (edited) => {
        ways(edited, 'approval', 'approved')['ApprovalRequested'] = 'waiting';
      },
    ],
    [
      'a condition less',
      (edited) => {
        ways(edited, 'fulfilment', 'open')['LinesPicked'] = 'open';
      },
    ],
    [
      'a deadline more',
      (edited) => {
        edited.deadlines.push({ ...deadline(edited, 'approval'), name: 'second', starts: ['ReminderSent'] });
      },
    ],
    [
      'a deadline with another delay',
      (edited) => {
        deadline(edited, 'payment')['after'] = 'reminderAfterMs';
      },
    ],
    [
      'a deadline that lasts in more statuses',
      (edited) => {
        deadline(edited, 'approval')['while'] = { approval: ['waiting', 'approved'] };
      },
    ],
    [
      'a field more',
      (edited) => {
        edited.fields['urgent'] = { type: 'flag' };
      },
    ],
    [
      'a field that may be more',
      (edited) => {
        edited.fields['budget']!['max'] = 1000;
      },
    ],
    [
      'another first status for new orders',
      (edited) => {
        edited.regions['approval']!.statuses['fresh'] = {
          ...ways(edited, 'approval', 'none'),
          NoteAdded: 'none',
        };
        edited.regions['approval']!.initial = 'fresh';
      },
    ],
    [
      'a status that nobody is in is gone',
      (edited) => {
        delete edited.regions['approval']!.statuses['expired'];
        delete ways(edited, 'approval', 'waiting')['ApprovalExpired'];
        edited.deadlines = edited.deadlines.map((one) => ({ ...one }));
      },
    ],
    [
      'a command is gone where nobody is',
      (edited) => {
        delete ways(edited, 'afterSale', 'resolved')['ReturnRequested'];
      },
    ],
    [
      'the same in another order',
      (edited) => {
        edited.regions = Object.fromEntries(Object.entries(edited.regions).reverse());
      },
    ],
  ])('%s', (_what, edit) => {
    expect(kindsBehind(edit)).toEqual([]);
  });
});
