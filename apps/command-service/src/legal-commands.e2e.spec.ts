// For every status of both lifecycles and every command that callers may send, over HTTP: what `explain` lists is not
// refused because of the moment, and what it does not list is a 409 whose body lists the same. Nothing is written by
// hand: the ways into the statuses are searched for, the commands come from the registry.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Command } from '@orderloom/decider';
import { orderCommands } from '@orderloom/domain';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { plausible, waysToEveryStatus, type WayTo } from './example/order-walk.ts';

type Body = {
  readonly code?: string;
  readonly orderId?: string;
  readonly version?: number;
  readonly status?: object;
  readonly currentStatus?: object;
  readonly allowedCommands?: readonly string[];
};
type Answer = { readonly status: number; readonly body: Body };

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const outside = Object.entries(orderCommands)
  // What has no gate is about something else than where the order is.
  .filter(([, rule]) => rule.gate.length > 0 && rule.internal !== true)
  .map(([type]) => type);

/** What a command is refused with because of the moment. */
const SHUT = [
  ...['not-allowed-now', 'order-held', 'payment-under-way', 'order-paid', 'bill-open'],
  ...['return-stage', 'nothing-to-dispute', 'nothing-disputed', 'dispute-open'],
];

let engine: EngineProcess;
let sent = 0;
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
});
afterAll(() => engine.stop());

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: (await response.json()) as Answer['body'],
});

const post = async (path: string, body: object, said: Record<string, string> = {}): Promise<Answer> => {
  const headers = { ...said, 'content-type': 'application/json', 'idempotency-key': `"legal-${sent++}"` };
  return answerOf(await fetch(engine.url + path, { method: 'POST', headers, body: JSON.stringify(body) }));
};

const explain = async (order: string): Promise<Answer['body']> =>
  (await answerOf(await fetch(`${engine.url}/v1/orders/${order}/explain`))).body;

/** Says who asks, and, where it must be said, which version was decided upon. */
const send = async (order: string, command: Command): Promise<Answer> => {
  const { decidesOn } = orderCommands[command.type as keyof typeof orderCommands];
  const said: Record<string, string> =
    decidesOn === undefined ? {} : { 'if-match': `"${String((await explain(order)).version)}"` };
  return post(`/v1/orders/${order}/commands`, { ...command, actor: 'ann' }, said);
};

/** A new order, brought into the status. */
const orderIn = async ({ placement, commands }: WayTo): Promise<string> => {
  const placed = await post('/v1/orders', placement);
  expect(placed.status).toBe(201);
  const order = String(placed.body.orderId);
  for (const command of commands) {
    const { status, body } = await send(order, command);
    expect([command.type, status, body.code]).toEqual([command.type, 200, undefined]);
  }
  return order;
};

const ofType = (way: WayTo, type: string): Command => plausible(way.state).find((one) => one.type === type)!;

/** What came of one command of every type in that status: `legal`, or the 409 that it got. */
const outcomes = async (way: WayTo, allowed: readonly string[]): Promise<Record<string, unknown>> => {
  const untouched = await orderIn(way);
  const outcome = async (type: string): Promise<[string, unknown]> => {
    const order = allowed.includes(type) ? await orderIn(way) : untouched;
    const { status, body } = await send(order, ofType(way, type));
    if (!SHUT.includes(body.code ?? '')) return [type, 'legal'];
    return [type, { status, currentStatus: body.currentStatus, allowedCommands: body.allowedCommands }];
  };
  return Object.fromEntries(await Promise.all(outside.map(outcome)));
};

describe.each(['retail', 'terms'])('an order of %s', (lifecycle) => {
  const { ways, unreached } = waysToEveryStatus(lifecycle);

  test('can be brought into every status by callers alone', () => {
    expect(unreached).toEqual([]);
    expect(ways.length).toBeGreaterThan(10);
  });

  test('has a command of every type to try', () => {
    for (const way of ways)
      expect(new Set(plausible(way.state).map(({ type }) => type))).toEqual(new Set(outside));
  });

  test.each(ways.map((way) => [Object.values(way.status).join(', '), way] as const))(
    '%s: refuses exactly what explain does not list, and lists the same',
    async (_, way) => {
      const { status: currentStatus, allowedCommands = [] } = await explain(await orderIn(way));
      expect(currentStatus).toEqual(way.status);
      const refusal = { status: 409, currentStatus, allowedCommands };
      const expected = outside.map((type) => [type, allowedCommands.includes(type) ? 'legal' : refusal]);
      expect(await outcomes(way, allowedCommands)).toEqual(Object.fromEntries(expected));
    },
  );
});
