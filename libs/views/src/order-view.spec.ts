import { describe, expect, test } from '@jest/globals';
import { orderIdOf, type Event } from '@orderloom/decider';
import { recorded, viewScenarios, type Past } from '@orderloom/testing';
import { exampleTenant } from './example-tenant.ts';
import { presentOrder, summarizeOrder } from './order-presenting.ts';
import { orderView } from './order-view.ts';
import { orderWords } from './order-words.ts';
import { wordsOf } from './text/words.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const key = orderIdOf(NOON, 1, 1);
const given = viewScenarios(orderView, {
  stream: { tenant: 'main', type: 'order', key },
  now: NOON,
  global: exampleTenant,
});

const sealed = {
  subject: 's1',
  keyId: 4,
  nonce: new Uint8Array([1, 2, 3]),
  ciphertext: new Uint8Array([4, 5]),
};
const line = {
  lineId: 'a',
  sku: 'TEA-1',
  quantity: 2,
  unitPrice: 500,
  discount: 0,
  tax: null,
  location: null,
  name: 'Thé vert, 500 g',
};
const placed = (buyerId: string | null = 'b1'): Event => ({
  type: 'OrderPlaced',
  data: {
    buyerId,
    merchantId: buyerId && 'm1',
    lifecycle: exampleTenant.current['retail'],
    currency: 'EUR',
    lines: [line],
    shipping: 200,
    fees: 0,
    discount: 0,
    total: 1_200,
    receiver: sealed,
    tokens: [new Uint8Array(8)],
    externalId: null,
    due: NOON + 1_000,
    policyVersion: 3,
    reserveLater: [],
    fields: {},
  },
});
const paid: Event = {
  type: 'PaymentConfirmed',
  data: { paymentId: 'p1', amount: 1_200, currency: 'EUR', provider: 'bank' },
};
const failed: Event = {
  type: 'PaymentFailed',
  data: { paymentId: 'p0', provider: 'bank', reason: 'no money' },
};
const shown = (...events: readonly (Event | Past)[]) =>
  presentOrder({ id: key, version: events.length, document: given(...events).view! });

describe('the order view', () => {
  test('shows an order that was placed', () => {
    expect(shown(placed())).toMatchObject({
      orderId: key,
      buyerId: 'b1',
      merchantId: 'm1',
      lifecycle: { name: 'retail', version: 6 },
      status: { payment: 'awaiting', fulfilment: 'open', afterSale: 'none', hold: 'clear' },
      money: { currency: 'EUR', total: 1_200, paid: 0, outstanding: 1_200 },
      lines: [{ ...line, units: { shipped: 0, delivered: 0 } }],
      deadlines: [{ name: 'payment', due: '2026-01-01T12:00:01.000Z' }],
      placedAt: '2026-01-01T12:00:00.000Z',
      version: 1,
      sections: { payment: 1, fulfilment: 1, receiver: 1, note: 1 },
    });
  });

  test('shows what became of it', () => {
    const order = shown(placed(), failed, recorded(paid, { at: NOON + 500 }));
    expect(order).toMatchObject({
      status: { payment: 'paid' },
      money: { paid: 1_200, outstanding: 0 },
      payments: [
        { paymentId: 'p0', status: 'failed', amount: null, reason: 'no money' },
        { paymentId: 'p1', status: 'confirmed', amount: 1_200, at: '2026-01-01T12:00:00.500Z' },
      ],
      deadlines: [],
      updatedAt: '2026-01-01T12:00:00.500Z',
    });
  });

  test('keeps the receiver sealed', () => {
    const receiver = { subject: 's1', keyId: 4, nonce: 'AQID', ciphertext: 'BAU=' };
    expect(shown(placed(), paid).receiver).toEqual(receiver);
  });

  test('shows the receiver that was edited last', () => {
    const { digest: _, tokens, ...receiver } = { ...sealed, keyId: 5, digest: 0, tokens: [] };
    const edited: Event = { type: 'ReceiverEdited', data: { receiver, tokens } };
    expect(shown(placed(), edited)).toMatchObject({
      ...{ receiver: { keyId: 5, ciphertext: 'BAU=' }, sections: { receiver: 2, payment: 1 } },
    });
  });

  test('is found by what was noted, and by the receiver that was edited last', () => {
    const token = (n: number) => new Uint8Array(8).fill(n);
    const first = orderWords(given(placed()).view!);
    const { digest: _, ...receiver } = { ...sealed, digest: 0 };
    const edited: Event = { type: 'ReceiverEdited', data: { receiver, tokens: [token(9)] } };
    const noted: Event = { type: 'NoteAdded', data: { text: 'Rings twice' } };
    const later = orderWords(given(placed(), edited, noted).view!);
    const gone = first.filter((word) => !later.includes(word));
    const come = later.filter((word) => !first.includes(word));
    expect([gone.length, come.length, come]).toEqual([1, 3, expect.arrayContaining(['rings', 'twice'])]);
  });

  test('shows holds, and the last fifty notes with who wrote them', () => {
    const held: Event = { type: 'OrderHeld', data: { holdId: 'legal', reason: 'address' } };
    const note = (n: number): Event => ({ type: 'NoteAdded', data: { text: `note ${n}` } });
    const order = shown(placed(), held, ...Array.from({ length: 60 }, (_, n) => note(n)));
    expect(order.holds).toEqual([{ holdId: 'legal', reason: 'address' }]);
    expect(order.notes).toHaveLength(50);
    expect(order.notes.at(-1)).toEqual({ text: 'note 59', actor: null, at: '2026-01-01T12:00:00.000Z' });
    given(placed(), held).thenInLists(
      ...['all:', 'lifecycle:retail', 'status:fulfilment.open', 'status:afterSale.none'],
      ...['status:hold.held', 'status:payment.awaiting', 'buyer:b1', 'merchant:m1'],
    );
  });

  test('says that its foreign id is another order’s', () => {
    const refused: Event = { type: 'AliasRefused', data: { externalId: 'shop:1', code: 'alias-taken' } };
    expect(shown(placed()).aliasRefused).toBeNull();
    expect(shown(placed(), refused, paid)).toMatchObject({
      ...{ aliasRefused: 'alias-taken', status: { payment: 'paid', fulfilment: 'open' } },
    });
  });

  test('lists an order by status, lifecycle, buyer and merchant', () => {
    const always = [
      ...['all:', 'lifecycle:retail', 'status:fulfilment.open', 'status:afterSale.none'],
      'status:hold.clear',
    ];
    given(placed()).thenInLists(...always, 'status:payment.awaiting', 'buyer:b1', 'merchant:m1');
    given(placed(null), paid).thenInLists(...always, 'status:payment.paid', 'settled:2026-01-01.bank');
  });

  test('shows a provider that fails on and on its last twenty times', () => {
    const order = shown(placed(), ...Array.from({ length: 30 }, () => failed), paid);
    expect(order.payments).toHaveLength(20);
    expect(order.payments.at(-1)).toMatchObject({ status: 'confirmed' });
  });

  test('has a short form for lists', () => {
    const summary = summarizeOrder({ id: key, version: 1, document: given(placed()).view! });
    expect(summary).toMatchObject({ orderId: key, lifecycle: 'retail', total: 1_200, version: 1 });
  });
});

describe('an order is found by', () => {
  const words = (...events: readonly (Event | Past)[]) => orderView.text!(given(...events).view!);
  const isIn = (all: readonly string[], ...some: readonly string[]) =>
    expect(some.filter((word) => !all.includes(word))).toEqual([]);

  test('its ids, their parts, and the tokens of its receiver', () => {
    isIn(words(placed()), key, 'b1', 'm1', 'tea-1', 'tea', '1', `~${'00'.repeat(8)}`);
  });

  test('the words of what its articles were called', () => {
    isIn(words(placed()), ...wordsOf('The vert 500 g'));
    expect(words(placed())).not.toContain('thé');
  });

  test('what comes later, behind what was there', () => {
    const [before, after] = [words(placed()), words(placed(), failed, paid)];
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length)).toEqual(['p0', 'p1']);
  });

  test('each word once', () => {
    const all = words(placed('tea-1'), failed, failed, paid);
    expect(new Set(all).size).toBe(all.length);
  });

  test('the same words where an event changes none of them', () => {
    const { view } = given(placed(), paid);
    expect(orderView.text!({ ...view!, updatedAt: 0 })).toEqual(orderView.text!(view!));
  });
});
