// Changes of an order that somebody stages, looks at, and commits or discards. What a preview says is what a commit does; what
// is not committed has never been.
import { describe, expect, test } from '@jest/globals';
import type { Event, Registry } from '@orderloom/decider';
import { domainRegistry, tableStepper, type EditState } from '@orderloom/domain';
import { memoryDisk, type CommandResult } from '@orderloom/engine';
import { random, type Random } from '@orderloom/testing';
import { previewOf, type PresentedPreview } from '@orderloom/views';
import { MINUTE, openShop, payment, pieces, PRICE, type Shop, type ShopParts } from './shop.ts';
import { ofTheirOwn } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });
const EDITS = 200;
/** A shop is closed after so many: whoever reads its log reads all of it. */
const OF_ONE_SHOP = 10;
const PIECES = 3;

const nothing = {
  ...{ buyerId: null, receiver: null, addNote: null, cancelOrder: null },
  ...{ holdOrder: null, releaseHold: null, extendDeadline: null, adjustCharges: null },
};
const cancel = (lines: object | null) => ({ cancelOrder: { reason: 'too many', lines } });
const hold = (holdId: string | null) => ({ holdOrder: { holdId, reason: 'address looks wrong' } });
const note = { addNote: { text: 'rings twice' } };

/** All that can be staged but a receiver, of which nothing is said here. */
const wishes: readonly object[] = [
  ...[1, 2, PIECES].map((count) => cancel(pieces(count))),
  ...[cancel(null), hold(null), hold('ann'), note],
  ...['hold-1', 'ann'].map((holdId) => ({ releaseHold: { holdId } })),
  { extendDeadline: { deadline: 'payment', byMs: MINUTE, reason: 'the bank is slow' } },
  { adjustCharges: { shipping: 250, fees: null, reason: 'it came late' } },
];

const editOf = (order: string, name = 'a') => ({ tenant: 'main', type: 'edit', key: `${order}.${name}` });
const sayTo = (shop: Shop, order: string, type: string, data: object, name = 'a'): Promise<CommandResult> =>
  shop.say(`edit/${order}.${name}`, type, data, { actor: 'ann' });
const versionOf = ({ engine }: Shop, order: string): number =>
  engine.versionOf({ tenant: 'main', type: 'order', key: order }) ?? 0;

/** Begins an edit and stages changes. */
const staged = async (shop: Shop, order: string, changes: readonly object[], name = 'a'): Promise<void> => {
  const begin = { orderVersion: versionOf(shop, order), minutes: 60 };
  expect(await sayTo(shop, order, 'BeginEdit', begin, name)).toMatchObject({ outcome: 'accepted' });
  for (const change of changes) {
    const answer = await sayTo(shop, order, 'StageChange', { ...nothing, ...change }, name);
    expect(answer).toMatchObject({ outcome: 'accepted' });
  }
};

const previewed = async (shop: Shop, order: string, name = 'a'): Promise<PresentedPreview> => {
  const parts = { stateOf: shop.engine.stateOf, registry, now: shop.clock.now() };
  const found = await previewOf(parts, editOf(order, name));
  if (found === undefined) throw new Error('there is no such edit');
  return found;
};
const commit = (shop: Shop, order: string, orderVersion: number, name = 'a'): Promise<CommandResult> =>
  sayTo(shop, order, 'CommitEdit', { orderVersion }, name);
const stateOf = async ({ engine }: Shop, order: string): Promise<EditState> =>
  (await engine.stateOf(editOf(order)))?.state as EditState;

/** What the log has of an order: every byte of it that an event is made of. */
const kept = (shop: Shop, order: string) => shop.events().filter(({ stream }) => stream.key === order);
const said = (events: readonly Event[]) => events.map(({ type, data }) => ({ type, data }));

const placed = (shop: Shop, name: string): Promise<string> =>
  shop.place(name, {
    total: PIECES * PRICE,
    lines: [
      { lineId: 'a', sku: 'TEA', quantity: PIECES, unitPrice: PRICE, discount: 0, tax: null, name: null },
    ],
  });
const pay = (shop: Shop, order: string) =>
  shop.sayTo(order, 'ConfirmPayment', { ...payment, paymentId: order, amount: PIECES * PRICE });

/** An order on which somebody, or nobody, has worked before. */
const livedOn = async (shop: Shop, name: string, { chance }: Random): Promise<string> => {
  const order = await placed(shop, name);
  if (chance(0.5)) await pay(shop, order);
  if (chance(0.3)) await shop.sayTo(order, 'HoldOrder', { holdId: null, reason: 'x' }, { actor: 'bob' });
  return order;
};

/** Random edits of random orders: a commit records what its preview has said, or is refused where and as it has said. */
const previewsAreTrue = async (parts: ShopParts): Promise<{ readonly possible: number }> => {
  const draw = random(7);
  let possible = 0;
  let shop = await openShop(parts);
  for (let n = 0; n < EDITS; n++) {
    if (n % OF_ONE_SHOP === 0) shop = await openShop(parts);
    const order = await livedOn(shop, String(n), draw);
    await staged(
      shop,
      order,
      Array.from({ length: 1 + draw.below(5) }, () => draw.oneOf(wishes)),
    );
    const before = kept(shop, order);
    const preview = await previewed(shop, order);
    expect(kept(shop, order)).toEqual(before);
    const answer = await commit(shop, order, preview.orderVersion);
    const made = said(kept(shop, order).slice(before.length));
    if (preview.possible) {
      possible += 1;
      expect(answer).toMatchObject({ outcome: 'accepted' });
      expect(made).toEqual(preview.changes.flatMap(({ events }) => events));
      expect((await previewed(shop, order)).before).toEqual(preview.after);
    } else {
      const at = preview.changes.findIndex(({ outcome }) => outcome === 'refused');
      const { code, pointer = '' } = preview.changes[at]?.rejection ?? {};
      expect(answer).toMatchObject({ outcome: 'refused', rejection: { code } });
      expect(answer.rejection?.pointer).toBe(`/changes/${String(at)}/data${pointer}`);
      expect([made, (await stateOf(shop, order)).status]).toEqual([[], 'open']);
    }
  }
  return { possible };
};

describe('an edit of an order', () => {
  test('does what its preview has said, all of it or nothing', async () => {
    const { possible } = await previewsAreTrue({ registry });
    expect(possible).toBeGreaterThan(EDITS / 4);
    expect(possible).toBeLessThan(EDITS);
  });

  test('null control: without one decision for all of it the order would have none of it', async () => {
    const alone: Registry = ofTheirOwn(registry);
    await expect(previewsAreTrue({ registry: alone })).rejects.toHaveProperty('matcherResult.pass', false);
  });

  test('shows what is to be paid and what goes back, before anybody decides', async () => {
    const shop = await openShop();
    const [owing, paid] = [await placed(shop, 'owing'), await placed(shop, 'paid')];
    await pay(shop, paid);
    for (const order of [owing, paid]) await staged(shop, order, [cancel(pieces(1)), note]);
    const money = async (order: string) => {
      const { before, after } = await previewed(shop, order);
      return [before, after].map(({ money: { outstanding, toRefund } }) => [outstanding, toRefund]);
    };
    expect(await money(owing)).toEqual([
      [PIECES * PRICE, 0],
      [2 * PRICE, 0],
    ]);
    expect(await money(paid)).toEqual([
      [0, 0],
      [0, PRICE],
    ]);
  });

  test.each([
    ['is discarded', (shop: Shop, order: string) => sayTo(shop, order, 'DiscardEdit', {})],
    ['runs out of time', (shop: Shop) => shop.pass(61 * MINUTE)],
  ])('that %s has never been, for the order', async (_, end) => {
    const shop = await openShop();
    const order = await placed(shop, 'a');
    await pay(shop, order);
    const before = JSON.stringify(kept(shop, order));
    await staged(shop, order, [cancel(null), note]);
    await end(shop, order);
    expect(JSON.stringify(kept(shop, order))).toBe(before);
    expect((await stateOf(shop, order)).status).toMatch(/discarded|expired/);
    expect(await commit(shop, order, versionOf(shop, order))).toMatchObject({
      ...{ outcome: 'refused', rejection: { code: 'edit-status' } },
    });
    expect(JSON.stringify(kept(shop, order))).toBe(before);
  });

  test('is refused where the order has moved on, and stays open: somebody looks again', async () => {
    const shop = await openShop();
    const order = await placed(shop, 'a');
    await staged(shop, order, [note, cancel(pieces(2))]);
    const { orderVersion } = await previewed(shop, order);
    await shop.sayTo(order, 'CancelOrder', { reason: 'the buyer', lines: pieces(2) });
    const before = kept(shop, order);
    expect(await commit(shop, order, orderVersion)).toMatchObject({ outcome: 'conflict' });
    const again = await previewed(shop, order);
    expect([again.movedOn, again.possible]).toEqual([true, false]);
    expect(await commit(shop, order, again.orderVersion)).toMatchObject({
      outcome: 'refused',
      rejection: { code: 'quantity-exceeded', pointer: expect.stringMatching(/^\/changes\/1\/data\/lines/) },
    });
    expect(kept(shop, order)).toEqual(before);
    await sayTo(shop, order, 'UnstageChange', { changeId: 'change-2' });
    expect(await commit(shop, order, again.orderVersion)).toMatchObject({ outcome: 'accepted' });
    expect(said(kept(shop, order).slice(before.length))).toMatchObject([{ type: 'NoteAdded' }]);
  });

  test('begins on the order as it is, and on none that there is not', async () => {
    const shop = await openShop();
    const order = await placed(shop, 'a');
    const begin = (orderVersion: number, of = order) =>
      sayTo(shop, of, 'BeginEdit', { orderVersion, minutes: 60 });
    expect(await begin(7)).toMatchObject({ outcome: 'conflict' });
    const none = `${order.slice(0, -1)}${order.endsWith('0') ? '1' : '0'}`;
    expect(await begin(1, none)).toMatchObject({
      ...{ outcome: 'refused', rejection: { code: 'unknown-stream', kind: 'missing' } },
    });
    expect(await begin(1)).toMatchObject({ outcome: 'accepted' });
    expect(await commit(shop, order, 1)).toMatchObject({ rejection: { code: 'nothing-staged' } });
  });

  test('wins or loses as a whole where two are committed at once', async () => {
    const shop = await openShop();
    const order = await placed(shop, 'a');
    const names = ['a', 'b'];
    for (const name of names) await staged(shop, order, [cancel(pieces(2)), hold(name)], name);
    const version = versionOf(shop, order);
    const before = kept(shop, order).length;
    const answers = await Promise.all(names.map((name) => commit(shop, order, version, name)));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'conflict']);
    const winner = names[answers.findIndex(({ outcome }) => outcome === 'accepted')];
    expect(said(kept(shop, order).slice(before))).toMatchObject([
      { type: 'LinesCancelled' },
      { type: 'OrderHeld', data: { holdId: winner } },
    ]);
  });

  test('is there as a whole or not at all where the process dies, and is made once', async () => {
    const disk = memoryDisk();
    const first = await openShop({ disk });
    const order = await placed(first, 'a');
    await staged(first, order, [cancel(pieces(1)), hold(null), note]);
    const version = versionOf(first, order);
    const before = first.events().length;
    const killed = await openShop({
      disk,
      beforeAppend: () => {
        throw new Error('killed');
      },
    });
    const to = `edit/${order}.a`;
    const key = { actor: 'ann', commandId: 'commit-1' };
    await killed.say(to, 'CommitEdit', { orderVersion: version }, key).catch(() => undefined);
    const again = await openShop({ disk });
    expect(again.events()).toHaveLength(before);
    expect(await again.say(to, 'CommitEdit', { orderVersion: version }, key)).toMatchObject({
      outcome: 'accepted',
    });
    const after = again.events().length;
    expect(after).toBe(before + 4);
    // Whoever starts from the log does nothing of it again, and answers as before.
    const restarted = await openShop({ disk });
    await restarted.pass(MINUTE);
    expect(restarted.events()).toHaveLength(after);
    expect(await restarted.say(to, 'CommitEdit', { orderVersion: version }, key)).toMatchObject({
      outcome: 'duplicate',
    });
    expect(restarted.events()).toHaveLength(after);
  });
});
