import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Command, SentCommand, StreamRef } from '@orderloom/decider';
import { stockStreamType } from '../stock/stock-stream.ts';
import type { StockState } from '../stock/state.ts';
import { candidates } from './candidates.ts';
import { exampleLine, exampleOrder, examplePlacement, exampleTenant, NOON } from './examples.ts';
import { tableStepper } from './lifecycle/stepper.ts';
import { orderStreamType } from './order-stream.ts';
import type { OrderState } from './state.ts';

// An order and the stock of its three lines, each message delivered late and in any order: at rest stock holds
// exactly what the order has reserved, and what has left is out.

const RUNS = process.env['ORDERLOOM_SIZE'] === 'full' ? 5000 : 300;
const SKUS = ['a', 'b', 'c'];
const tenant = exampleTenant({ stock: 'tracked' });
const order = orderStreamType({ stepper: tableStepper });
const stockRef = (key: string): StreamRef => ({ tenant: 'main', type: 'stock', key });
const fromOutside = (state: OrderState) =>
  candidates(state).filter(({ type }) => !order.commands[type].internal);

type Message = { readonly from: StreamRef; readonly sent: SentCommand };
type World = { order: OrderState; readonly stock: Map<string, StockState>; readonly under: Message[] };

const recordedIn = (stream: StreamRef) => ({ stream, recordedAt: NOON, version: 1, global: tenant });
const decidedIn = (stream: StreamRef) => ({
  stream,
  now: NOON,
  global: tenant,
  globalVersion: 1,
  actor: 'ann',
  channel: null,
});

const tellOrder = (world: World, from: StreamRef, command: Command): void => {
  const decision = order.decider.decide(world.order, command as never, decidedIn(exampleOrder));
  if (decision.outcome !== 'accepted') {
    expect(from.type).toBe('outside');
    return;
  }
  for (const event of decision.events) {
    world.order = order.decider.evolve(world.order, event, recordedIn(exampleOrder));
    const context = recordedIn(exampleOrder);
    const { [event.type]: reaction } = order.reactions ?? {};
    const sent = reaction?.react(world.order, event.data as never, exampleOrder, context) ?? [];
    world.under.push(...sent.map((one) => ({ from: exampleOrder, sent: one })));
  }
};

const tellStock = (world: World, { to, command }: SentCommand): void => {
  const ref = stockRef(to.key);
  let state = world.stock.get(to.key) ?? stockStreamType.decider.initialState;
  const decision = stockStreamType.decider.decide(state, command as never, decidedIn(ref));
  if (decision.outcome === 'rejected') {
    const back = order.onRefused?.[command.type]?.(command.data, decision.rejection, ref);
    expect([command.type, back?.type]).toEqual(['ReserveStock', 'RecordReservationRefused']);
    if (back)
      world.under.push({ from: ref, sent: { to: { type: 'order', key: exampleOrder.key }, command: back } });
    return;
  }
  for (const event of decision.outcome === 'accepted' ? decision.events : []) {
    state = stockStreamType.decider.evolve(state, event, recordedIn(ref));
    world.stock.set(to.key, state);
    const { [event.type]: reaction } = stockStreamType.reactions ?? {};
    const sent = reaction?.react(state, event.data as never, ref, recordedIn(ref)) ?? [];
    world.under.push(...sent.map((one) => ({ from: ref, sent: one })));
  }
};

const deliverOne = (world: World, choice: number): void => {
  const [message] = world.under.splice(choice % world.under.length, 1);
  if (message?.sent.to.type === 'order') tellOrder(world, message.from, message.sent.command);
  else if (message) tellStock(world, message.sent);
};

const beginning = (received: readonly number[], lifecycle: string): World => {
  const world: World = { order: order.decider.initialState, stock: new Map(), under: [] };
  for (const [i, quantity] of received.entries())
    if (quantity > 0)
      tellStock(world, {
        to: { type: 'stock', key: `sku-${SKUS[i]!}@main` },
        command: { type: 'ReceiveStock', data: { quantity, reference: 'start' } },
      });
  const lines = SKUS.map((lineId, i) => exampleLine(lineId, i + 1));
  tellOrder(world, stockRef(''), { type: 'PlaceOrder', data: examplePlacement({ lines, lifecycle }) });
  return world;
};

describe.each(['retail', 'terms'])('stock and an order of %s', (lifecycle) => {
  it('agree at rest, whatever comes in whatever order', () => {
    const quantities = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.nat({ max: 4 }));
    fc.assert(
      fc.property(quantities, fc.array(fc.nat(), { maxLength: 60 }), (received, choices) => {
        const world = beginning(received, lifecycle);
        for (const choice of choices)
          if (world.under.length > 0 && choice % 2 === 0) deliverOne(world, choice >> 1);
          else {
            const commands = fromOutside(world.order);
            tellOrder(
              world,
              { ...exampleOrder, type: 'outside' },
              commands[(choice >> 1) % commands.length]!,
            );
          }
        for (let i = 0; world.under.length > 0; i++) deliverOne(world, i * 7);
        for (const [i, counts] of world.order.lines.entries()) {
          const stock = world.stock.get(`sku-${SKUS[i]!}@main`) ?? stockStreamType.decider.initialState;
          expect(counts.asked).toBe(0);
          expect(stock.held).toBe(counts.reserved);
          expect(stock.shipped).toBe(counts.shipped - counts.returned);
          expect(stock.available + stock.held + stock.shipped).toBe(received[i]);
        }
      }),
      { numRuns: RUNS, seed: 4 },
    );
  });
});
