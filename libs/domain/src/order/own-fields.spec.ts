import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { evolveTenant } from '../tenant/evolve.ts';
import { exampleOrder, examplePlacement, exampleTenant, NOON } from './examples.ts';
import { publishable } from './lifecycle/definition.ts';
import { faultsOfFields, type FieldRules } from './lifecycle/fields.ts';
import { defineLifecycle } from './lifecycle/own.ts';
import { tableStepper } from './lifecycle/stepper.ts';
import { orderStreamType } from './order-stream.ts';

// Fields of an order's own: declared by its lifecycle, a text each, never personal.

const fields: FieldRules = {
  costCentre: { type: 'text', maxLength: 8, required: true },
  priority: { type: 'text', oneOf: ['low', 'high'] },
  budget: { type: 'number', min: 0, max: 5000.5 },
  urgent: { type: 'flag' },
  wanted: { type: 'date' },
};
const { definition } = defineLifecycle({ name: 'own', version: 1, extends: 'retail', fields });
const global = evolveTenant(exampleTenant(), { type: 'LifecyclePublished', data: publishable(definition) });
const given = scenarios(orderStreamType({ stepper: tableStepper }), {
  stream: exampleOrder,
  now: NOON,
  global,
});
const place = (said: Readonly<Record<string, string>>, lifecycle = 'own') =>
  ({ type: 'PlaceOrder', data: examplePlacement({ lifecycle, fields: said }) }) as const;
const ALL = { costCentre: '4711', priority: 'low', budget: '12.5', urgent: 'true', wanted: '2028-02-29' };

describe('fields of an order’s own', () => {
  it('are those that its lifecycle declares, and are kept as they were said', () => {
    expect(given().when(place(ALL)).decision).toMatchObject({ events: [{ data: { fields: ALL } }] });
    expect(given().when(place({ costCentre: '' })).decision.outcome).toBe('accepted');
  });

  it('cost an order that has none nothing', () => {
    const { decision } = given().when(place({}, 'retail'));
    const [placed] = decision.outcome === 'accepted' ? decision.events : [];
    expect(given(placed!).state.placed).not.toHaveProperty('fields');
  });

  it.each([
    ['priority', 'medium', 'priority must be one of low, high'],
    ['costCentre', '123456789', 'costCentre must be a text of at most 8 characters'],
    ['costCentre', 'a\nb', 'costCentre must be a text of at most 8 characters'],
    ['budget', '5000.6', 'budget must be a decimal number from 0 up to 5000.5'],
    ['budget', '1e3', 'budget must be a decimal number from 0 up to 5000.5'],
    ['urgent', 'yes', 'urgent must be true or false'],
    ['wanted', '2026-02-29', 'wanted must be a day, as 2026-11-27'],
    ['wanted', '27.11.2026', 'wanted must be a day, as 2026-11-27'],
  ])('%s is never %p', (name, text, why) => {
    const refused = given().when(place({ ...ALL, [name]: text }));
    refused.thenRejected('field-invalid', { pointer: `/fields/${name}` });
    expect(JSON.stringify(refused.decision)).toContain(why);
  });

  it('are refused where they are not declared, without the name that was sent', () => {
    const refused = given().when(place({ ...ALL, annIll: 'since Monday' }));
    refused.thenRejected('unknown-field', { pointer: '/fields' });
    const text = JSON.stringify(refused.decision);
    expect(text).toContain('own has the fields budget, costCentre, priority, urgent, wanted');
    expect(text).not.toMatch(/annIll|Monday/);
    given().when(place(ALL, 'retail')).thenRejected('unknown-field', { pointer: '/fields' });
  });

  it('are refused where one is missing, and where one is personal', () => {
    given()
      .when(place({ urgent: 'true' }))
      .thenRejected('field-missing', { pointer: '/fields/costCentre' });
    given()
      .when(place({ costCentre: 'a@b.example'.slice(0, 8) }))
      .thenRejected('personal-data');
  });

  it.each<[string, object]>([
    [
      'field Cost is no name: a small letter, then letters and digits, 40 at most',
      { Cost: { type: 'text' } },
    ],
    ['field cost is of type money; there are text, number, flag, date', { cost: { type: 'money' } }],
    ['field cost of type flag has max, which says nothing of it', { cost: { type: 'flag', max: 1 } }],
    ['field cost is 257 long; 1 to 256 it may be', { cost: { type: 'text', maxLength: 257 } }],
    ['field cost is one of nothing', { cost: { type: 'text', oneOf: [] } }],
    ['field cost has no number from 2 to 1', { cost: { type: 'number', min: 2, max: 1 } }],
  ])('are no fields: %s', (fault, rules) => {
    expect(faultsOfFields(rules as FieldRules)).toEqual([fault]);
  });

  it('are twenty at most', () => {
    const many = Object.fromEntries(
      Array.from({ length: 21 }, (_, index) => [`f${index}`, { type: 'flag' }]),
    );
    expect(faultsOfFields(many as FieldRules)).toEqual(['there are 21 fields; 20 it may be']);
  });
});
