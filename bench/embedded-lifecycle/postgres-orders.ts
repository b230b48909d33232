import { Pool } from 'pg';
import type { Subject } from '../load/subject.ts';
import type { Step } from '../load/workload.ts';
import { eventData, orderIdOf, refusal, RULES } from './plain-orders.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS orders (
    id text PRIMARY KEY, status text NOT NULL, version int NOT NULL, data jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS order_events (
    position bigserial PRIMARY KEY, order_id text NOT NULL, version int NOT NULL, type text NOT NULL,
    command_id text NOT NULL UNIQUE, data jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (order_id, version)
  );
`;

const PLACE = `
  WITH changed AS (
    INSERT INTO orders (id, status, version, data) VALUES ($1, $2, 1, $5::jsonb)
    ON CONFLICT DO NOTHING RETURNING version
  )
  INSERT INTO order_events (order_id, version, type, command_id, data)
  SELECT $1, version, $3, $4, $5::jsonb FROM changed
`;

const CHANGE = `
  WITH changed AS (
    UPDATE orders SET status = $2, version = version + 1, updated_at = now()
    WHERE id = $1 AND status = $6 RETURNING version
  )
  INSERT INTO order_events (order_id, version, type, command_id, data)
  SELECT $1, version, $3, $4, $5::jsonb FROM changed
`;

/** The best of 10, 20, 32 and 64 on two cores. */
const CONNECTIONS = 20;

/**
 * Orders as a table with a status, and their events beside it, written by one statement that commits by itself: the
 * fewest round trips that PostgreSQL can do it in. Only a command that changed nothing is looked up: it may be known.
 */
export const postgresOrders = async (url: string): Promise<Subject> => {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query(TABLES);

  const write = async (step: Step): Promise<boolean> => {
    const { from, to, event } = RULES[step.act];
    const values = [orderIdOf(step.order), to, event, step.commandId, JSON.stringify(eventData(step))];
    const { rowCount } =
      from === null
        ? await pool.query({ name: 'place', text: PLACE, values })
        : await pool.query({ name: 'change', text: CHANGE, values: [...values, from] });
    return rowCount === 1;
  };
  const isKnown = async (step: Step): Promise<boolean> => {
    const text = 'SELECT 1 FROM order_events WHERE command_id = $1';
    const { rowCount } = await pool.query({ name: 'known', text, values: [step.commandId] });
    return rowCount === 1;
  };

  return {
    send: async (step) => {
      if (await write(step)) return 'accepted';
      if (await isKnown(step)) return 'duplicate';
      throw refusal(step, null);
    },
    effects: async () => {
      const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM order_events');
      return Number(rows[0]?.count);
    },
    close: () => pool.end(),
  };
};
