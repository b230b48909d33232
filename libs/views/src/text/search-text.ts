import { slotOfOrderId } from '@orderloom/decider';
import { chunksOf, pairsOf, tokenWord, type Chunk } from './words.ts';

/** Something that a hit must have. */
export type Wanted = {
  /** The word of documents that is asked for. */
  readonly word: string;
  /** Also a word that begins with it, where nothing has the word itself; false for what was said in quotes. */
  readonly mayBegin: boolean;
  /** What was said, where it may be a word of a name, a telephone number or an e-mail address. */
  readonly person: string | null;
};

/** What is asked for, or why the text cannot be a search. */
export type SearchText =
  | { readonly outcome: 'search'; readonly wanted: readonly Wanted[] }
  | { readonly outcome: 'fault'; readonly detail: string };

const LONGEST_TEXT = 200;
const MOST_WANTED = 16;
/** Digits with what people write between them, beginning as no order number does. */
const PHONE = /^[+(0][\d\s()./-]{6,}$/;
const ORDER_ID_LENGTH = 21;
/** Shorter beginnings are those of too many words. */
const SHORTEST_BEGINNING = 2;

const fault = (detail: string): SearchText => ({ outcome: 'fault', detail });

/**
 * Reads what somebody types into a search box: words, ids, beginnings of both, in any order; in quotes, whole words only.
 * There are no operators: `AND`, `*` and `.*` are text like any other.
 */
export const readSearchText = (text: string): SearchText => {
  if (text.length > LONGEST_TEXT) return fault(`q has at most ${LONGEST_TEXT} characters`);
  const said = text.split('"');
  if (said.length % 2 === 0) return fault('a quote in q is not closed');
  const wanted = said.flatMap((part, at) => wantedIn(part.trim(), at % 2 === 1));
  if (wanted.length > MOST_WANTED) return fault(`q has at most ${MOST_WANTED} words`);
  if (wanted.length === 0) return fault('q has no letter and no digit');
  return { outcome: 'search', wanted };
};

const wantedIn = (said: string, quoted: boolean): readonly Wanted[] => {
  if (PHONE.test(said)) {
    const words = chunksOf(said.replaceAll(/\s+/g, '-')).map(
      ({ whole, words: [only] }) => whole ?? only ?? '',
    );
    return words.map((word) => ({ word, mayBegin: !quoted, person: said }));
  }
  return said
    .split(/\s+/)
    .flatMap((piece) => chunksOf(piece).flatMap((chunk) => wantedOf(chunk, piece, quoted)));
};

const wantedOf = ({ whole, words, runs }: Chunk, said: string, quoted: boolean): readonly Wanted[] => {
  const asked = (word: string, person: string | null): Wanted => ({
    word: orderIdIn(word),
    mayBegin: !quoted && word.length >= SHORTEST_BEGINNING,
    person,
  });
  if (whole !== null) return [asked(whole, said.includes('@') ? said : null)];
  const isOneWord = words.length === 1 && runs.length === 0;
  return [
    ...words.map((word) => asked(word, isOneWord ? said : word)),
    // Each pair is a word of the index, and of a sealed name.
    ...runs.flatMap((run) => (run.length === 1 ? run : pairsOf(run)).map((word) => asked(word, word))),
  ];
};

/** An order id as it was read aloud or typed by hand: o is 0, i and l are 1. */
const orderIdIn = (word: string): string => {
  if (word.length !== ORDER_ID_LENGTH) return word;
  const id = word.replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return slotOfOrderId(id) === undefined ? word : id;
};

/** What a hit must have: one of these words, or with `begins` a word that begins with one where nothing has the words. */
export type SearchTerms = readonly { readonly words: readonly string[]; readonly begins: boolean }[];

/** The same as words of documents; `personTokens`: the keyed tokens of a sealed receiver that has what was said. */
export const searchTerms = (
  text: string,
  personTokens: (said: string) => readonly Uint8Array[],
):
  | { readonly outcome: 'read'; readonly asked: SearchTerms }
  | Extract<SearchText, { readonly outcome: 'fault' }> => {
  const read = readSearchText(text);
  if (read.outcome === 'fault') return read;
  const asked = read.wanted.map(({ word, mayBegin, person }) => ({
    words: [word, ...(person === null ? [] : personTokens(person).map(tokenWord))],
    begins: mayBegin,
  }));
  return { outcome: 'read', asked };
};
