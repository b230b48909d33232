import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { evolveTenant } from '../../tenant/evolve.ts';
import { b2bSpec, tenantWithB2b } from '../example-b2b.ts';
import { orderPlaced, paid, units } from '../example-events.ts';
import { exampleOrder, NOON } from '../examples.ts';
import { publishable } from '../lifecycle/definition.ts';
import { defineLifecycle } from '../lifecycle/own.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

/** Version 2 of b2b calls a status by another name, version 3 has no deadlines. */
const next = defineLifecycle({ ...b2bSpec, version: 2 });
const text = JSON.stringify(next.definition);
const open = JSON.parse(text.replaceAll('"waiting"', '"pending"')) as typeof next.definition;
const tenant = [publishable(open), publishable({ ...next.definition, version: 3, deadlines: [] })].reduce(
  (state, data) => evolveTenant(state, { type: 'LifecyclePublished', data }),
  tenantWithB2b(),
);
const refOf = (version: number): string =>
  Object.keys(tenant.lifecycles).find((ref) => ref.startsWith(`b2b@${version}#`))!;

const placed: OrderEvent = { ...orderPlaced(), data: { ...orderPlaced().data, lifecycle: refOf(1) } };
const requested = { type: 'ApprovalRequested', data: { reason: 'new', limit: null, due: NOON + 9 } } as const;
const MOVES = [{ region: 'approval', from: 'waiting', to: 'pending' }];
const migrate = (to: string, moves: typeof MOVES = []) =>
  ({ type: 'MigrateLifecycle', data: { to, moves } }) as const;

describe.each([tableStepper, xstateStepper])('moving, by $name: an order of version 1', (stepper) => {
  const setting = { stream: exampleOrder, now: NOON, global: tenant };
  const given = scenarios(orderStreamType({ stepper }), setting);
  const moved = (approval: string, to = 2): OrderEvent => ({
    type: 'LifecycleMigrated',
    data: {
      ...{ from: refOf(1), to: refOf(to) },
      statuses: Object.entries({
        afterSale: 'none',
        approval,
        fulfilment: 'open',
        hold: 'clear',
        payment: 'awaiting',
      }).map(([region, status]) => ({ region, status })),
    },
  });

  it('follows another version in the statuses that it has, its deadline as it was', () => {
    given(placed).when(migrate('b2b@2')).then(moved('none'));
    expect(given(placed, moved('none')).state).toMatchObject({
      ...{ lifecycle: refOf(2), deadline: given(placed).state.deadline },
    });
  });

  it('follows it in another status where one is named, and cannot where that is not there', () => {
    given(placed, requested).when(migrate('b2b@2')).thenRejected('not-movable', { kind: 'state' });
    given(placed, requested).when(migrate('b2b@2', MOVES)).then(moved('pending'));
  });

  it('goes on as that version says', () => {
    const approve = { type: 'ApproveOrder', data: { reason: null } } as const;
    const ship = { type: 'ShipLines', data: { parcelId: 'P', lines: units('a', 2) } } as const;
    const waits = given(placed, requested, moved('pending'), paid());
    waits.when(ship).thenRejected('not-allowed-now');
    expect(waits.when(approve).decision.outcome).toBe('accepted');
  });

  it('stays where its deadline would be lost, and says which', () => {
    const refused = given(placed).when(migrate('b2b@3'));
    refused.thenRejected('not-movable');
    expect(JSON.stringify(refused.decision)).toContain('orphaned-deadline payment');
    expect(given(placed, paid()).when(migrate('b2b@3')).decision.outcome).toBe('accepted');
  });

  it('follows what is published, and nothing that it follows already', () => {
    given(placed).when(migrate('b2b@9')).thenRejected('unknown-lifecycle', { pointer: '/to' });
    given(placed).when(migrate('b2b@1')).thenRejected('lifecycle-followed');
  });
});
