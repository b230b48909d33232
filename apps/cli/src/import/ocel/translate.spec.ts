import { describe, expect, test } from '@jest/globals';
import type { OutsideCommand } from '../../connection/outside-command.ts';
import type { Activity } from './activities.ts';
import type { OcelRow } from './row.ts';
import { ocelTranslator } from './translate.ts';

const row = (id: number, activity: Activity, about: Partial<OcelRow>): OcelRow => ({
  ...{ id: String(id), line: id + 1, at: id, activity },
  ...{ orders: [], items: [], packages: [], price: null, weightGrams: null },
  ...about,
});

const TEA = { price: 800, weightGrams: 200 };
const CUP = { price: 1250, weightGrams: 310 };
const placing = row(1, 'place order', { orders: ['o1'], items: ['i1', 'i2'], price: 2500, weightGrams: 510 });
const second = row(2, 'place order', { orders: ['o2'], items: ['i3'], price: 1250, weightGrams: 200 });
const about = [
  row(3, 'pick item', { items: ['i1'], ...TEA }),
  row(4, 'item out of stock', { items: ['i2'], ...CUP }),
];

const memory = { orderIdOf: (name: string) => (['o1', 'o2'].includes(name) ? `id-${name}` : undefined) };

const commandsOf = (
  one: OcelRow,
  rows: readonly OcelRow[] = [placing, second, ...about, one],
): readonly OutsideCommand[] => {
  const translated = ocelTranslator(rows, { currency: 'EUR' })(one, memory);
  return 'commands' in translated ? translated.commands : [];
};

const order = (name: string, type: string, data: object) => ({
  collection: 'orders',
  key: `id-${name}`,
  type,
  data,
});
const parcel = (type: string, data: object) => ({ collection: 'parcels', key: 'p1', type, data });
const units = (...lineIds: readonly string[]) => lineIds.map((lineId) => ({ lineId, quantity: 1 }));

describe('a row of an order log', () => {
  test('places a terms order of a guest, a line an item, what is over being shipping', () => {
    expect(commandsOf(placing)).toEqual([
      {
        ...{ collection: 'orders', key: '', type: 'PlaceOrder' },
        data: {
          ...{
            lifecycle: 'terms',
            currency: 'EUR',
            externalId: 'o1',
            shipping: 450,
            discount: 0,
            total: 2500,
          },
          lines: [
            { lineId: 'i1', sku: 'p8.00-w0.2', unitPrice: 800, quantity: 1 },
            { lineId: 'i2', sku: 'p12.50-w0.31', unitPrice: 1250, quantity: 1 },
          ],
        },
      },
    ]);
  });

  test('finds an item that no row describes by what its order leaves over', () => {
    expect(commandsOf(second)[0]?.data).toMatchObject({
      lines: [{ lineId: 'i3', sku: 'p8.00-w0.2', unitPrice: 800 }],
      shipping: 450,
    });
  });

  test('calls an item unknown where nothing fits, and its price is the rest', () => {
    const odd = { ...second, price: 1251 };
    expect(commandsOf(odd, [placing, odd, ...about])[0]?.data).toMatchObject({
      lines: [{ lineId: 'i3', sku: 'unknown', unitPrice: 801 }],
      shipping: 450,
      total: 1251,
    });
  });

  test('gives a discount where the items cost more than the order', () => {
    const cheap = { ...placing, price: 2000 };
    expect(commandsOf(cheap, [cheap, ...about])[0]?.data).toMatchObject({
      shipping: 0,
      discount: 50,
      total: 2000,
    });
  });

  test.each<[Activity, Partial<OcelRow>, readonly object[]]>([
    ['confirm order', { orders: ['o1'] }, [order('o1', 'ConfirmOrder', {})]],
    ['payment reminder', { orders: ['o2'] }, [order('o2', 'SendReminder', {})]],
    ['pick item', { items: ['i1'] }, [order('o1', 'PickLines', { lines: units('i1') })]],
    ['item out of stock', { items: ['i3'] }, [order('o2', 'ReportShortage', { lines: units('i3') })]],
    ['reorder item', { items: ['i2'] }, [order('o1', 'ReorderLines', { lines: units('i2') })]],
    ['send package', { packages: ['p1'] }, [parcel('DispatchParcel', {})]],
    ['failed delivery', { packages: ['p1'] }, [parcel('RecordFailedAttempt', { reason: 'failed delivery' })]],
    ['package delivered', { packages: ['p1'] }, [parcel('ConfirmParcelDelivery', {})]],
  ])('"%s" becomes its command', (activity, named, commands) => {
    expect(commandsOf(row(9, activity, named))).toEqual(commands);
  });

  test('pays the whole total', () => {
    expect(commandsOf(row(9, 'pay order', { orders: ['o1'] }))).toEqual([
      order('o1', 'ConfirmPayment', {
        paymentId: 'ocel-9',
        amount: 2500,
        currency: 'EUR',
        provider: 'import',
      }),
    ]);
  });

  test('packs items of several orders in one parcel', () => {
    expect(
      commandsOf(row(9, 'create package', { items: ['i3', 'i1'], packages: ['p1'], weightGrams: 400 })),
    ).toEqual([
      parcel('CreateParcel', {
        contents: [
          { orderId: 'id-o2', lineId: 'i3', quantity: 1 },
          { orderId: 'id-o1', lineId: 'i1', quantity: 1 },
        ],
        weightGrams: 400,
      }),
    ]);
  });

  test('picks items of two orders with a command for each', () => {
    expect(commandsOf(row(9, 'pick item', { items: ['i1', 'i3', 'i2'] }))).toEqual([
      order('o1', 'PickLines', { lines: units('i1', 'i2') }),
      order('o2', 'PickLines', { lines: units('i3') }),
    ]);
  });

  test.each<[Partial<OcelRow>, Activity, string]>([
    [{ orders: ['o9'] }, 'confirm order', 'unknown-order'],
    [{ items: ['i9'] }, 'pick item', 'unknown-item'],
  ])('%j is refused: the log never placed it', (named, activity, code) => {
    const translated = ocelTranslator([placing], { currency: 'EUR' })(row(9, activity, named), memory);
    expect(translated).toMatchObject({ refused: { code } });
  });
});
