import { describe, expect, test } from '@jest/globals';
import { orderIdOf } from '@orderloom/decider';
import { readSearchText, type Wanted } from './search-text.ts';

const wanted = (text: string) => {
  const read = readSearchText(text);
  return read.outcome === 'search' ? read.wanted : read.detail;
};
const words = (text: string): unknown => {
  const read = wanted(text);
  return typeof read === 'string' ? read : read.map(({ word }) => word);
};

describe('what somebody searches for', () => {
  test.each<[string, string, readonly string[]]>([
    ['words', ' Tea  MUG ', ['tea', 'mug']],
    ['an id, whole', 'TEA/500_g', ['tea-500-g']],
    ['Chinese, pair by pair', '红茶杯', ['红茶', '茶杯']],
    ['one character', '茶', ['茶']],
    ['operators, as text', 'tea AND NOT (mug*) OR .*x^2', ['tea', 'and', 'not', 'mug', 'or', 'x-2']],
    ['a telephone number, whole', '+44 20 7946', ['44-20-7946']],
  ])('is %s', (_, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('may be the beginning of a word, but for what is in quotes and for a single letter', () => {
    expect(wanted('"tea" mug x')).toMatchObject([
      { word: 'tea', mayBegin: false },
      { word: 'mug', mayBegin: true },
      { word: 'x', mayBegin: false },
    ]);
  });

  test('may be a person, but for an id', () => {
    const persons = (text: string) => (wanted(text) as readonly Wanted[]).map(({ person }) => person);
    expect(persons('Groß, ada@example.com tea-500')).toEqual(['Groß,', 'ada@example.com', null]);
    expect(persons('0170 123 4567')).toEqual(['0170 123 4567']);
    expect(persons('王小明')).toEqual(['王小', '小明']);
  });

  test('may be an order id that was read aloud', () => {
    const id = orderIdOf(1_700_000_000_000, 1, 2);
    expect(words(id.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'I'))).toEqual([id]);
    expect(words('o'.repeat(21))).toEqual(['o'.repeat(21)]);
  });

  test.each([
    ['a quote that is not closed', 'tea "mug', 'a quote in q is not closed'],
    ['nothing', '  ', 'q has no letter and no digit'],
    ['punctuation', '"" -- ?', 'q has no letter and no digit'],
    ['seventeen words', 'a '.repeat(17), 'q has at most 16 words'],
    ['ten thousand words', 'a '.repeat(10_000), 'q has at most 200 characters'],
    ['a long run of Chinese', '茶'.repeat(18), 'q has at most 16 words'],
  ])('cannot be %s', (_, text, detail) => {
    expect(wanted(text)).toBe(detail);
  });
});
