import { describe, expect, test } from '@jest/globals';
import { readStatement } from './read-statement.ts';

const DAY = '2026-11-27';
const HEADER = 'payment_id,kind,amount,currency,time';
const read = (...rows: readonly string[]) =>
  readStatement(new TextEncoder().encode([HEADER, ...rows, ''].join('\n')), DAY);

describe('a statement', () => {
  test('is read, whatever the order of its columns', () => {
    const text =
      'time,amount,kind,currency,note,payment_id\n2026-11-27T09:30:00Z,1250,refunded,EUR,"a, b",p-1\n';
    expect(readStatement(new TextEncoder().encode(text), DAY)).toEqual({
      movements: [{ moved: 'refunded', paymentId: 'p-1', amount: 1250, currency: 'EUR' }],
      problems: [],
    });
  });

  test.each([
    ['bad-payment-id', ',paid,5,EUR,2026-11-27T09:30:00Z'],
    ['bad-kind', 'p-1,given,5,EUR,2026-11-27T09:30:00Z'],
    ['bad-amount', 'p-1,paid,12.50,EUR,2026-11-27T09:30:00Z'],
    ['bad-amount', 'p-1,paid,9007199254740993,EUR,2026-11-27T09:30:00Z'],
    ['bad-currency', 'p-1,paid,5,EURO,2026-11-27T09:30:00Z'],
    ['bad-time', 'p-1,paid,5,EUR,27.11.2026'],
    ['other-day', 'p-1,paid,5,EUR,2026-11-30T09:30:00Z'],
    ['bad-row', 'p-1,paid,5,EUR'],
  ])('tells of %s in %s, with its line and what to do, and uses nothing', (code, row) => {
    const { movements, problems } = read('p-0,paid,5,EUR,2026-11-27T09:30:00Z', row);
    expect(movements).toEqual([]);
    expect(problems).toMatchObject([{ line: 3, code, remedy: expect.stringMatching(/.+/) }]);
  });

  test('without its columns, or cut, is told as such', () => {
    const problemsOf = (text: string) => readStatement(new TextEncoder().encode(text), DAY).problems;
    expect(problemsOf('payment_id,kind\n')).toMatchObject([
      { line: 1, code: 'bad-header', reason: 'the header has no amount, currency, time' },
    ]);
    expect(problemsOf(`${HEADER}\np-1,paid,5`)).toMatchObject([{ line: 2, code: 'file-cut' }]);
    expect(problemsOf('')).toMatchObject([{ code: 'empty-file' }]);
  });
});
