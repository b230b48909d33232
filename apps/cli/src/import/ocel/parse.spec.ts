// A log that cannot be used is refused as a whole: row, reason, remedy.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseOcel } from './parse.ts';

const root = join(import.meta.dirname, '../../../../..');
const HEADER =
  'ocel:eid,ocel:activity,ocel:timestamp,ocel:type:customers,ocel:type:items,ocel:type:orders,ocel:type:packages,ocel:type:products,weight,price';
const ROWS = [
  `1.0,place order,2024-05-20 07:00:00.000Z, ,"['i1','i2']",['o1'], , ,0.5,25.00`,
  `2.0,pick item,2024-05-20 08:00:00.000Z, ,['i1'], , , ,0.2,8.00`,
  `3.0,create package,2024-05-20 09:00:00.000Z, ,"['i1','i2']", ,['p1'], ,0.5,20.00`,
  `4.0,send package,2024-05-20 10:00:00.000Z, , , ,['p1'], ,0.5,20.00`,
  `5.0,package delivered,2024-05-20 11:00:00.000Z, , , ,['p1'], ,0.5,20.00`,
];
const textOf = (rows: readonly string[], header = HEADER): string => `${[header, ...rows].join('\n')}\n`;
const bytes = (text: string): Uint8Array => Buffer.from(text);
/** The log with one row replaced, or with rows behind it. */
const changed = (index: number, from: string, to: string): string =>
  textOf(ROWS.map((row, at) => (at === index ? row.replace(from, to) : row)));
const behind = (...rows: readonly string[]): string => textOf([...ROWS, ...rows]);

const UNUSABLE: readonly (readonly [what: string, file: string | Uint8Array, code: string, line: number])[] =
  [
    ['an empty file', '', 'empty-file', 1],
    ['a header alone', textOf([]), 'empty-file', 1],
    ['a byte order mark', `\uFEFF${textOf(ROWS)}`, 'byte-order-mark', 1],
    ['UTF-16', Buffer.from(`\uFEFF${textOf(ROWS)}`, 'utf16le'), 'wrong-encoding', 1],
    ['bytes that are no UTF-8', Buffer.from(changed(1, 'pick', '\xff'), 'latin1'), 'wrong-encoding', 3],
    ['another header', textOf(ROWS, HEADER.replace('ocel:timestamp', 'timestamp')), 'wrong-header', 1],
    ['a column twice', textOf(ROWS, HEADER.replace('ocel:type:customers', 'price')), 'wrong-header', 1],
    ['a list without its end', changed(1, "['i1']", "['i1'"), 'bad-list', 3],
    ['a list without quotes', changed(1, "['i1']", '[i1]'), 'bad-list', 3],
    ['an open quote', changed(0, `['i1','i2']"`, `['i1','i2']`), 'broken-row', 2],
    ['a field too many', changed(1, '8.00', '8.00,1'), 'broken-row', 3],
    ['an id with a space', changed(1, 'i1', 'i 1'), 'bad-object-id', 3],
    ['an object named twice', changed(2, 'i2', 'i1'), 'repeated-object', 4],
    ['an unknown activity', changed(1, 'pick item', 'pik item'), 'unknown-activity', 3],
    ['no instant', changed(1, '2024-05-20', '2024-15-20'), 'bad-timestamp', 3],
    ['a price that is no number', changed(1, '8.00', '8.00 EUR'), 'bad-number', 3],
    ['an order without a price', changed(0, ',25.00', ', '), 'no-price', 2],
    ['a package event without its package', changed(3, "['p1']", ' '), 'wrong-objects', 5],
    ['no event id', changed(1, '2.0', ''), 'bad-event-id', 3],
    ['rows out of order', changed(1, '08:00', '06:00'), 'out-of-order', 3],
    ['an event id twice', changed(1, '2.0', '1.0'), 'duplicate-event-id', 3],
    [
      'an item in two orders',
      behind(`6.0,place order,2024-05-21 07:00:00Z, ,['i2'],['o2'], , ,0.3,12`),
      'item-in-two-orders',
      7,
    ],
    [
      'an order placed twice',
      behind(`6.0,place order,2024-05-21 07:00:00Z, ,['i3'],['o1'], , ,0.3,12`),
      'order-placed-twice',
      7,
    ],
    [
      'a parcel delivered twice',
      behind(`6.0,package delivered,2024-05-21 07:00:00Z, , , ,['p1'], , , `),
      'parcel-delivered-twice',
      7,
    ],
    ['a last line without its end', textOf(ROWS).slice(0, -1), 'file-cut', 6],
    ['a last line cut in the middle', textOf(ROWS).slice(0, -12), 'file-cut', 6],
    ['a last line with too few fields', behind('6.0,pick item'), 'file-cut', 7],
  ];

describe('an order log', () => {
  test('is read row by row, with LF or CRLF', () => {
    const lf = parseOcel(bytes(textOf(ROWS)));
    expect(lf.problems).toEqual([]);
    expect(parseOcel(bytes(textOf(ROWS).replaceAll('\n', '\r\n')))).toEqual(lf);
    expect(lf.rows[0]).toEqual({
      ...{ id: '1.0', line: 2, at: Date.UTC(2024, 4, 20, 7), activity: 'place order' },
      ...{ orders: ['o1'], items: ['i1', 'i2'], packages: [], price: 2500, weightGrams: 500 },
    });
  });

  test.each(UNUSABLE)('cannot have %s', (_, file, code, line) => {
    const { rows, problems } = parseOcel(typeof file === 'string' ? bytes(file) : file);
    expect(rows).toEqual([]);
    expect(problems[0]).toMatchObject({ code, line });
    expect(problems[0]?.reason).not.toBe('');
    expect(problems[0]?.remedy).not.toBe('');
  });

  test('tells every problem, in the order of the file', () => {
    const { problems } = parseOcel(
      bytes(changed(0, '07:00', '19:00').replace('send package', 'sent package')),
    );
    expect(problems.map(({ code, line, rowId }) => [code, line, rowId])).toEqual([
      ['out-of-order', 3, '2.0'],
      ['out-of-order', 4, '3.0'],
      ['unknown-activity', 5, '4.0'],
      ['out-of-order', 6, '5.0'],
    ]);
  });

  test('of the tutorial is what its generator writes', () => {
    const check = spawnSync(process.execPath, [join(root, 'tools/ocel-sample.mjs'), '--check']);
    expect(check.status).toBe(0);
    expect(parseOcel(readFileSync(join(root, 'docs/tutorial/orders.ocel.csv')))).toMatchObject({
      problems: [],
    });
  });
});
