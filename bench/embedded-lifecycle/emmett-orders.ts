import {
  DeciderCommandHandler,
  isExpectedVersionConflictError,
  type Command,
  type Event,
} from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { Pool } from 'pg';
import type { Subject } from '../load/subject.ts';
import { ACTS, type Act, type Step } from '../load/workload.ts';
import { eventData, orderIdOf, refusal, RULES, type Status } from './plain-orders.ts';

type Data = { readonly step: Step; readonly [field: string]: unknown };
type OrderCommand = Command<Act, Data>;
type OrderEvent = Event<string, Data>;
type Order = { readonly status: Status | null; readonly seen: readonly string[] };

const STATUS_AFTER = new Map(ACTS.map((act) => [RULES[act].event, RULES[act].to]));

/** Emmett does not know commands again: the usual way is to carry their id in the event and to decide nothing for it. */
const decider = {
  initialState: (): Order => ({ status: null, seen: [] }),
  evolve: (order: Order, { type, data }: OrderEvent): Order => ({
    status: STATUS_AFTER.get(type) ?? order.status,
    seen: [...order.seen, data.step.commandId],
  }),
  decide: ({ type, data }: OrderCommand, order: Order): OrderEvent[] => {
    if (order.seen.includes(data.step.commandId)) return [];
    if (order.status !== RULES[type].from) throw refusal(data.step, order.status);
    return [{ type: RULES[type].event, data }];
  },
};

/** The better of 10 and 20. */
const CONNECTIONS = 20;

/** Emmett's command handler with a decider, on its PostgreSQL event store, in process and without projections. */
export const emmettOrders = async (url: string): Promise<Subject> => {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  // Left to the first commands, it can wait for a connection that they hold.
  await store.schema.migrate();
  const handle = DeciderCommandHandler({ ...decider, retry: { onVersionConflict: 10 } });
  const handleFirst = DeciderCommandHandler(decider);

  const perform = async (step: Step) => {
    const command: OrderCommand = { type: step.act, data: { ...eventData(step), step } };
    const id = orderIdOf(step.order);
    if (step.act !== 'place') return handle(store, id, command);
    try {
      // Without a version the store does not notice that two callers make the same stream.
      return await handleFirst(store, id, command, { expectedStreamVersion: 0n });
    } catch (error) {
      if (!isExpectedVersionConflictError(error)) throw error;
      return handle(store, id, command);
    }
  };

  return {
    send: async (step) => ((await perform(step)).newEvents.length === 0 ? 'duplicate' : 'accepted'),
    effects: async () => {
      const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM emt_messages');
      return Number(rows[0]?.count);
    },
    close: async () => {
      await store.close();
      // The store may have closed the pool already.
      await pool.end().catch(() => undefined);
    },
  };
};
