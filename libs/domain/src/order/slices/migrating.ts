import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { MigrateLifecycleData, OrderEvent } from '../../messages/generated/order.ts';
import { deadlinesOf } from '../deadlines.ts';
import { keepsDeadline, type Lifecycle } from '../lifecycle/compiled.ts';
import { movedStatus } from '../lifecycle/moved-status.ts';
import { lifecycleOf } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';

// An order follows another lifecycle from now on, because an operator says so: the same statuses, or others that are named.
// Nothing else of it changes. What it would lose without a word, a status or a deadline, it keeps it from going.

const published = ({ global }: OrderContext, to: string): Lifecycle | undefined => {
  const ref = Object.keys(global.lifecycles).find((one) => one.startsWith(`${to}#`));
  return ref === undefined ? undefined : lifecycleOf(global, ref);
};

const migrate = (
  state: OrderState,
  { to, moves }: MigrateLifecycleData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const before = context.lifecycle;
  const after = published(context, to);
  if (before === undefined || after === undefined)
    return refuseContent('unknown-lifecycle', `the tenant has published no lifecycle ${to}`, '/to');
  if (after.ref === before.ref) return refuseState('lifecycle-followed', `the order follows ${to} already`);
  const moved = movedStatus(before, after, before.statuses[state.status] ?? {}, moves);
  if ('faults' in moved)
    return refuseState(
      'not-movable',
      `the order cannot follow ${to}: ${moved.faults.map(({ kind, what }) => `${kind} ${what}`).join(', ')}`,
    );
  const lost = deadlinesOf(state).find(
    ({ name, command }) => !keepsDeadline(after, moved.index, { name, command: command.type }),
  );
  if (lost !== undefined)
    return refuseState('not-movable', `the order cannot follow ${to}: orphaned-deadline ${lost.name}`);
  const statuses = Object.entries(moved.status).map(([region, status]) => ({ region, status }));
  return accept({ type: 'LifecycleMigrated', data: { from: before.ref, to: after.ref, statuses } });
};

export const migratingCommands: CommandRules<'MigrateLifecycle'> = {
  MigrateLifecycle: {
    emits: ['LifecycleMigrated'],
    gate: [],
    mayRefuse: true,
    needsActor: true,
    decide: migrate,
  },
};

export const migratingEvents: EventFolds<'LifecycleMigrated'> = {
  LifecycleMigrated: (_state, { to }) => ({ lifecycle: to }),
};
