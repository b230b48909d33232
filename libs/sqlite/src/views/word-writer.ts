import { hash } from 'node:crypto';
import type { Database } from '../database.ts';

/** What the index understands as one word; anything else would be cut. */
const WORD = /^[\p{L}\p{N}\p{M}~-]+$/u;
const BETWEEN_WORDS = ' ';

/** The words of a document as the index takes them. Throws `TypeError` for one that would not stay whole. */
export const indexedText = (words: readonly string[]): string => {
  for (const word of words)
    if (!WORD.test(word)) throw new TypeError('a word has other characters than letters, digits, - and ~');
  return words.join(BETWEEN_WORDS);
};

/** Tells texts apart, in a few bytes beside the document. '': none. */
export const textDigest = (text: string): string =>
  text === '' ? '' : hash('sha256', text, 'base64').slice(0, 12);

export type WordWriter = {
  readonly enter: (n: number, text: string) => void;
  readonly leave: (n: number) => void;
};

/** The full-text index of a views file: document number -> words. It keeps what finds a document, not the text. */
export const wordWriter = (database: Database): WordWriter => {
  const insert = database.prepare('insert into word_index(rowid, words) values (?, ?)');
  const remove = database.prepare('delete from word_index where rowid = ?');
  return {
    enter: (n, text) => {
      insert.run(n, text);
    },
    leave: (n) => {
      remove.run(n);
    },
  };
};
