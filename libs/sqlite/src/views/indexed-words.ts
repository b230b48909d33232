import type { Database } from '../database.ts';
import { wordsIn } from './word-writer.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const hashOf = (word: string): number => {
  let hash = FNV_OFFSET;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME);
  return hash >>> 0;
};

/** What the words of a document come to, each once, in whichever order: enough to see that one is missing. */
export const sumOfWords = (text: string): number => {
  let sum = 0;
  for (const word of new Set(wordsIn(text))) sum += hashOf(word);
  return sum;
};

/** The same of each document that the index of words has, read from the index itself. */
export const indexedWords = (database: Database): ReadonlyMap<number, number> => {
  database.exec(
    "create virtual table if not exists temp.indexed_word using fts5vocab('main', 'word_index', 'instance')",
  );
  const sums = new Map<number, number>();
  let last = { term: '', hash: 0 };
  // Ordered by term, so that each is hashed once.
  const rows = database.prepare<{ term: string; doc: number }>('select term, doc from temp.indexed_word');
  for (const { term, doc } of rows.iterate()) {
    if (term !== last.term) last = { term, hash: hashOf(term) };
    sums.set(doc, (sums.get(doc) ?? 0) + last.hash);
  }
  return sums;
};
