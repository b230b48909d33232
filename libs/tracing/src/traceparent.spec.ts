import { describe, expect, test } from '@jest/globals';
import { sampledContexts, spanContextOf, traceparentOf } from './traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const said = (flags: string, span = SPAN): string => `00-${TRACE}-${span}-${flags}`;

describe('a traceparent', () => {
  test('is read and written without loss', () => {
    for (const flags of ['00', '01']) expect(traceparentOf(spanContextOf(said(flags))!)).toBe(said(flags));
  });

  test.each([
    null,
    undefined,
    42,
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `${said('01')} `,
  ])('is none where it says %j', (text) => {
    expect(spanContextOf(text)).toBeUndefined();
  });

  test('is linked to once, in order, where its trace is recorded, and so many at most', () => {
    const [a, b, c] = ['1', '2', '3'].map((end) => said('01', SPAN.slice(1) + end)) as [
      string,
      string,
      string,
    ];
    const found = sampledContexts([a, null, b, a, said('00'), 'nonsense', c], 2);
    expect(found.map(traceparentOf)).toEqual([a, b]);
  });
});
