// Orders that are alike in every way in which people mix orders up. Their names stand in the table of queries.

type Person = { readonly name?: string; readonly phone?: string; readonly email?: string };

export type ExampleOrder = {
  readonly name: string;
  readonly number: string;
  readonly buyer: string;
  readonly merchant: string;
  readonly skus: readonly string[];
  readonly receiver?: Person;
  readonly payment?: string;
  readonly parcel?: string;
  readonly lifecycle?: 'terms';
};

/** Oldest first. */
export const EXAMPLE_ORDERS: readonly ExampleOrder[] = [
  {
    ...{
      name: 'first',
      number: 'shop-2026-1001',
      buyer: 'b-1',
      merchant: 'm-north',
      skus: ['TEA-500-GREEN'],
    },
    receiver: { name: 'Ada Lovelace', phone: '+44 20 7946 0001', email: 'ada@example.com' },
    ...{ payment: 'pay-7001', parcel: 'DHL-00340-1' },
  },
  {
    ...{
      name: 'second',
      number: 'shop-2026-1002',
      buyer: 'b-2',
      merchant: 'm-north',
      skus: ['MUG-BLUE', 'TEA-500'],
    },
    receiver: { name: 'Jürgen Groß', phone: '030 555 0100', email: 'j.gross@example.org' },
    payment: 'pay-7002',
  },
  {
    ...{ name: 'third', number: 'shop-2026-1003', buyer: 'b-1', merchant: 'm-south', skus: ['MUG-BLUE-XL'] },
    receiver: { name: '王小明', phone: '138 0013 8000' },
  },
  {
    ...{ name: 'fourth', number: 'shop-2026-10010', buyer: 'b-10', merchant: 'm-south', skus: ['TEAPOT'] },
    receiver: { name: '欧阳娜娜', phone: '139 0013 8000' },
    lifecycle: 'terms',
  },
  {
    ...{
      name: 'fifth',
      number: 'WEB:77/1001',
      buyer: 'ann@shop.example',
      merchant: 'm-north',
      skus: ['CUP-RED'],
    },
    receiver: { name: '小明', email: 'xiaoming@example.com' },
    ...{ payment: 'pay-7005', parcel: 'DHL-00340-10' },
  },
  {
    ...{ name: 'sixth', number: 'web_78', buyer: 'b-2', merchant: 'm-east', skus: ['CUP-RED', 'MUG-RED'] },
    receiver: { name: '山田 はなこ' },
  },
  {
    ...{ name: 'seventh', number: 'OR-NOT', buyer: 'near', merchant: 'm-east', skus: ['NEAR-AND-FAR'] },
    receiver: { name: 'Marie Curie-Skłodowska', phone: '0033 1 40 00 00 00' },
  },
];
