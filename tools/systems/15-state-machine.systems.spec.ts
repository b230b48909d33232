// An order's lifecycle is a state machine that is data: total, pure, versioned, and asked before anything is recorded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import {
  compiledLifecycle,
  domainRegistry,
  knownLifecycles,
  orderCommands,
  orderStreamType,
  publishable,
  tableStepper,
  xstateStepper,
  type Lifecycle,
  type OrderCommand,
  type OrderState,
  type PublishedLifecycle,
  type TenantState,
} from '@orderloom/domain';
import { logUnavailable, type CommandResult, type MemoryDisk } from '@orderloom/engine';
import { random, type Random } from '@orderloom/testing';
import { anythingFollows, newestOnly } from './without.ts';
import { anOrder, openShop, payment, pieces, type Shop } from './shop.ts';
import { statement } from './statement.ts';

const PICTURES = join(import.meta.dirname, '../../docs/reference/lifecycles.md');
const SHUT = ['not-allowed-now', 'order-held'];
const commands = Object.keys(orderCommands) as OrderCommand['type'][];

statement('15.1', async ({ has }) => {
  const stepper = has('grammar') ? tableStepper : anythingFollows;
  const { decider, explain } = orderStreamType({ stepper });
  const shop = await openShop();
  const tenant = shop.engine.globalOf('main') as TenantState;
  const context = { now: shop.clock.now(), global: tenant, globalVersion: 1, actor: null, channel: null };
  const drawn = (lifecycle: Lifecycle, status: number, type: OrderCommand['type']): boolean =>
    orderCommands[type].gate.some((symbol) => xstateStepper.next(lifecycle, status, symbol) >= 0);
  const wrong: string[] = [];
  for (const lifecycle of knownLifecycles.map(compiledLifecycle)) {
    const key = await shop.place(lifecycle.definition.name, { lifecycle: lifecycle.definition.name });
    const placed = await shop.stateOf(key);
    const stream = { tenant: 'main', type: 'order', key };
    for (const status of lifecycle.statuses.keys()) {
      const state = { ...placed, status };
      const listed = explain(state, tenant).allowedCommands;
      for (const type of commands.filter((one) => orderCommands[one].gate.length > 0)) {
        const legal = drawn(lifecycle, status, type);
        const where = `${lifecycle.ref} ${Object.values(lifecycle.statuses[status]!).join()} ${type}`;
        // The picture draws statuses; whether there is a deadline to be moved is a matter of the order.
        const applies = orderCommands[type].applies?.(state) ?? true;
        if (orderCommands[type].internal !== true && listed.includes(type) !== (legal && applies))
          wrong.push(where);
        if (legal || !has('grammar')) continue;
        // What a shut gate keeps out is not even read: its data may be anything.
        const decided = decider.decide(state, { type, data: {} } as OrderCommand, { ...context, stream });
        if (decided.outcome !== 'rejected' || !SHUT.includes(decided.rejection.code)) wrong.push(where);
      }
    }
    expect(readFileSync(PICTURES, 'utf8')).toContain(lifecycle.ref);
  }
  expect(wrong).toEqual([]);
});

statement('15.2', async ({ has }) => {
  const stepper = has('grammar') ? tableStepper : anythingFollows;
  const shop = await openShop({ registry: domainRegistry({ stepper }) });
  const order = await shop.place('unpaid');
  const before = [await shop.stateOf(order), await documentOf(shop, order), shop.disk.groups.length];
  const answer = await shop.sayTo(order, 'ShipLines', { parcelId: 'P', lines: pieces(1) });
  expect(answer).toMatchObject({
    ...{ outcome: 'refused', version: 1, position: null },
    rejection: { code: 'not-allowed-now', kind: 'state' },
    explanation: { status: { payment: 'awaiting', fulfilment: 'open' } },
  });
  expect(answer.rejection?.reason).toContain('payment.awaiting');
  expect(answer.explanation?.allowedCommands).toContain('ConfirmPayment');
  expect(answer.explanation?.allowedCommands).not.toContain('ShipLines');
  expect([await shop.stateOf(order), await documentOf(shop, order), shop.disk.groups.length]).toEqual(before);
});

const documentOf = async ({ engine }: Shop, orderId: string) => {
  await engine.settled();
  return engine.get('order', 'main', orderId);
};

statement('15.3', async ({ has }) => {
  let isFull = false;
  const shop = await openShop({
    mechanisms: { acknowledgeAfterCommit: has('answers-after-commit') },
    beforeAppend: () => {
      if (isFull) throw logUnavailable('the disk is full');
    },
  });
  const order = await shop.place('one');
  const before = [await shop.stateOf(order), await documentOf(shop, order)];
  isFull = true;
  const lost = await shop.sayTo(order, 'ConfirmPayment', payment, { commandId: 'pay' });
  expect(lost).toMatchObject({ outcome: 'unavailable', rejection: { code: 'log-unavailable' } });
  expect([await shop.stateOf(order), await documentOf(shop, order)]).toEqual(before);
  isFull = false;
  const again = await shop.sayTo(order, 'ConfirmPayment', payment, { commandId: 'pay' });
  expect(again).toMatchObject({ outcome: 'accepted', version: 2 });
});

/** What anybody may try on an order, legal or not. */
const acts = (n: number): readonly (readonly [string, object])[] => [
  ['ConfirmOrder', {}],
  ['ConfirmPayment', { ...payment, amount: 3 * payment.amount }],
  ['PickLines', { lines: pieces(1) }],
  ['ShipLines', { parcelId: `P-${String(n)}`, lines: pieces(1) }],
  ['ConfirmDelivery', { parcelId: `P-${String(n - 2)}` }],
  ['CancelOrder', { reason: 'late', lines: pieces(1) }],
  ['CancelOrder', { reason: 'late', lines: null }],
  ['RequestReturn', { reason: 'small', lines: pieces(1) }],
  ['ResolveReturn', { returnId: 'return-1', accepted: true, reason: 'fine' }],
  ['HoldOrder', { reason: 'risk', holdId: null }],
  ['ReleaseHold', { holdId: 'hold-1' }],
  ['AddNote', { text: 'rings twice' }],
];
const STEPS = 24;

const randomLife = async (shop: Shop, dice: Random, n: number): Promise<string> => {
  const lifecycle = dice.chance(0.5) ? 'retail' : 'terms';
  const order = await shop.place(`walk-${String(n)}`, anOrder(3, { lifecycle }));
  for (let step = 0; step < STEPS; step++) {
    const tried = acts(step);
    const [type, data] = tried[dice.below(tried.length)]!;
    await shop.sayTo(order, type, data);
  }
  return order;
};

const statesOf = (shop: Shop, orders: readonly string[]): Promise<readonly OrderState[]> =>
  Promise.all(orders.map(shop.stateOf));

/** The lifecycle of paying first as it might be one day: nobody can cancel. */
const nobodyCancels = (): PublishedLifecycle => {
  const { definition } = compiledLifecycle(knownLifecycles.find(({ name }) => name === 'retail')!);
  const without = Object.entries(definition.regions).map(([region, { initial, statuses }]) => {
    const kept = Object.entries(statuses).map(([status, ways]) => {
      const { OrderCancelled: _gone, ...left } = ways;
      return [status, left] as const;
    });
    return [region, { initial, statuses: Object.fromEntries(kept) }] as const;
  });
  return publishable({
    ...definition,
    version: definition.version + 1,
    regions: Object.fromEntries(without),
  });
};

const reopened = (disk: MemoryDisk, ofVersions: boolean): Promise<Shop> => {
  // Another judge of what may follow: whoever folds the log comes to the same end.
  const registry = domainRegistry({ stepper: xstateStepper });
  return openShop({ disk, registry: ofVersions ? registry : newestOnly(registry) });
};

const cancel = (shop: Shop, order: string): Promise<CommandResult> =>
  shop.sayTo(order, 'CancelOrder', { reason: 'late', lines: null });

statement('15.4', async ({ has, size }) => {
  const shop = await openShop();
  const orders = await Promise.all(Array.from({ length: size }, (_, n) => randomLife(shop, random(n), n)));
  const before = await statesOf(shop, orders);
  const begunUnderOld = await shop.place('old');
  await shop.say('tenant/main', 'PublishLifecycle', nobodyCancels());
  const begunUnderNew = await shop.place('new');
  await shop.engine.stop();

  const again = await reopened(shop.disk, has('lifecycle-versions'));
  expect(await statesOf(again, orders)).toEqual(before);
  expect(await cancel(again, begunUnderOld)).toMatchObject({ outcome: 'accepted' });
  expect(await cancel(again, begunUnderNew)).toMatchObject({ outcome: 'refused' });
});

/** Lets one through at a time, as a lock over all orders would. */
const oneByOne = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>): Promise<T> => {
    const mine = last.then(act);
    last = mine;
    return mine;
  };
};

statement('15.5', async ({ has, size }) => {
  const writesOf = async (inFlight: number): Promise<number> => {
    const shop = await openShop();
    const before = shop.disk.groups.length;
    const locked = oneByOne();
    for (let from = 0; from < size; from += inFlight)
      await Promise.all(
        Array.from({ length: inFlight }, (_, n) => {
          const place = () => shop.place(String(from + n));
          return has('group-commit') ? place() : locked(place);
        }),
      );
    return shop.disk.groups.length - before;
  };
  expect((await writesOf(64)) * 5).toBeLessThanOrEqual(await writesOf(1));
});
