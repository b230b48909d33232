import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_WORD, tokenWord, wordsOf } from './words.ts';

describe('text', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing', '', []],
    ['punctuation', ' -- . "" ', []],
    ['a word', 'Tea', ['tea']],
    ['an id', 'TEA-500_g/blue', ['tea-500-g-blue', 'tea', '500', 'g', 'blue']],
    ['ids with spaces between them', 'TEA-500 mug', ['tea-500', 'tea', '500', 'mug']],
    ['an address', 'ann@shop.example', ['ann-shop-example', 'ann', 'shop', 'example']],
    ['the same word again', 'tea TEA tea', ['tea']],
    ['accents and long s', 'Café Straße ΣΊΣΥΦΟΣ', ['cafe', 'strasse', 'σισυφοσ']],
    ['full-width letters and ligatures', 'ＴＥＡ ﬁn', ['tea', 'fin']],
    ['Chinese', '红茶杯', ['红', '茶', '杯', '红茶', '茶杯']],
    ['one character', '茶', ['茶']],
    ['Chinese beside an id', '红茶-500g', ['500g', '红', '茶', '红茶']],
    ['Japanese, its sounds apart', 'がか', ['が', 'か', 'がか']],
    ['Hindi, its vowels with it', 'हिन्दी', ['हिन्दी']],
    ['characters of two units', '𠮷野', ['𠮷', '野', '𠮷野']],
  ])('%s is cut into words', (_, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('of a long word keeps the beginning, and halves no character', () => {
    expect(wordsOf('x'.repeat(1000))).toEqual(['x'.repeat(LONGEST_WORD)]);
    const [word = ''] = wordsOf(`${'x'.repeat(LONGEST_WORD - 1)}𝟘𐐨`);
    expect(word).not.toMatch(/\p{Cs}/u);
    expect(word.length).toBeLessThanOrEqual(LONGEST_WORD);
  });

  test('is cut alike by the short way and by the long one', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9]{1,40}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('-', '_', '.', ':', '/'),
        (parts, between) => {
          const id = parts.join(between);
          expect(wordsOf(id)).toEqual(wordsOf(` ${id}`));
        },
      ),
    );
  });

  test('gives words of letters, digits and hyphens, and the same words of what it gave', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        for (const word of wordsOf(text)) {
          expect(word).toMatch(/^[\p{L}\p{N}\p{M}-]+$/u);
          expect(wordsOf(word)).toContain(word);
        }
      }),
    );
  });
});

test('a keyed token is a word that no text has', () => {
  const word = tokenWord(Uint8Array.of(0, 255, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  expect(word).toBe('~00ff100102030405');
  expect(wordsOf(word)).not.toContain(word);
});
