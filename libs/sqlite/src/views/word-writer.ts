import type { Database } from '../database.ts';

const BETWEEN_WORDS = ' ';
/** What the index understands as words; anything else would be cut. */
const WORDS = /^[a-z0-9~ -]*$|^[\p{L}\p{N}\p{M}~ -]*$/u;

/** Words as the index takes them. Throws `TypeError` for one that would not stay whole. */
export const indexedText = (words: readonly string[]): string => {
  const text = words.join(BETWEEN_WORDS);
  if (!WORDS.test(text)) throw new TypeError('a word has other characters than letters, digits, - and ~');
  return text;
};

export type WordWriter = {
  /** The document has these words from now on, and had those; both as `indexedText` gives them. */
  readonly change: (n: number, before: string, after: string) => void;
  /** Writes down what has changed. */
  readonly keep: () => void;
  readonly forget: () => void;
};

/**
 * The full-text index of a views file: word -> numbers of documents, and nothing else. Only words that come or go are
 * written, once a window and in the order of the numbers: out of order each would become a segment of its own.
 */
export const wordWriter = (database: Database): WordWriter => {
  const insert = database.prepare('insert into word_index(rowid, words) values (?, ?)');
  const remove = database.prepare("insert into word_index(word_index, rowid, words) values ('delete', ?, ?)");
  const changed = new Map<number, { readonly before: string; readonly after: string }>();
  return {
    change: (n, before, after) => {
      if (before !== after) changed.set(n, { before: changed.get(n)?.before ?? before, after });
    },
    keep: () => {
      for (const [n, { before, after }] of [...changed].sort(([a], [b]) => a - b)) {
        const gone = missingIn(before, after);
        const come = missingIn(after, before);
        if (gone !== '') remove.run(n, gone);
        if (come !== '') insert.run(n, come);
      }
      changed.clear();
    },
    forget: () => changed.clear(),
  };
};

/** The words of an indexed text. */
export const wordsIn = (text: string): readonly string[] => (text === '' ? [] : text.split(BETWEEN_WORDS));

/** Words of a text that another one has not. */
const missingIn = (text: string, other: string): string => {
  // Mostly words come behind those that there are.
  if (other === '' || text === '') return text;
  if (text.startsWith(`${other}${BETWEEN_WORDS}`)) return text.slice(other.length + 1);
  if (other.startsWith(`${text}${BETWEEN_WORDS}`)) return '';
  const others = new Set(wordsIn(other));
  return wordsIn(text)
    .filter((word) => !others.has(word))
    .join(BETWEEN_WORDS);
};
