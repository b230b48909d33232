// The one function that cuts text into what it is found by. Stores keep the words as they are: the same words in, the same
// words out, so a query has the same hits on every store.

/** A longer word is found by its beginning, which is all that is kept of it. */
export const LONGEST_WORD = 64;
/** Stands between the parts of an id, whatever stood there before: `TEA/500_g` is `tea-500-g`. */
const BETWEEN_PARTS = '-';

/** Most text is this, and is its own normal form. */
const ASCII = /^[\0-\x7f]*$/;
const ASCII_PARTS = /[a-z0-9]+/g;
const PARTS = /[\p{L}\p{N}\p{M}]+/gu;
/** Letters of scripts that write words without spaces between them. */
const UNSPACED = '(?:(?=\\p{L})[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}])';
const PIECES = new RegExp(`(${UNSPACED}+)|(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}])+`, 'gu');

/** Most ids: nothing in them but what `chunksOf` would find as well, by a longer way. */
const PLAIN_ID = /^[A-Za-z0-9]+(?:[-_.:/][A-Za-z0-9]+)*$/;

/** Text as it is compared: without case and accents, full-width letters as the ordinary ones. */
export const folded = (text: string): string =>
  ASCII.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .toLowerCase()
        // Again: the small letter of one may be two.
        .normalize('NFKD')
        .replaceAll(/[\u0300-\u036f]/g, '')
        .replaceAll('ß', 'ss')
        .replaceAll('ς', 'σ')
        .normalize('NFC');

/** A part of a text between spaces, as an index keeps it or a query asks for it. */
export type Chunk = {
  /** The whole of it where it has several parts, as an id: `tea-500-g`. `null`: it is one word, or has unspaced text. */
  readonly whole: string | null;
  /** Words; of unspaced text see `runs`. */
  readonly words: readonly string[];
  /** Unspaced text, character by character. */
  readonly runs: readonly (readonly string[])[];
};

/** The chunks of a text; those without letter and digit are left out. */
export const chunksOf = (text: string): readonly Chunk[] => {
  const isAscii = ASCII.test(text);
  return folded(text)
    .split(/\s+/)
    .flatMap((piece) => {
      const parts = piece.match(isAscii ? ASCII_PARTS : PARTS);
      if (parts === null) return [];
      return [isAscii ? plainChunk(parts) : chunkOf(parts)];
    });
};

const plainChunk = (parts: readonly string[]): Chunk => ({
  whole: parts.length > 1 ? cut(parts.join(BETWEEN_PARTS)) : null,
  words: parts.map(cut),
  runs: [],
});

const chunkOf = (parts: readonly string[]): Chunk => {
  const words: string[] = [];
  const runs: string[][] = [];
  for (const part of parts)
    for (const [piece, run] of part.matchAll(PIECES))
      if (run === undefined) words.push(cut(piece));
      else runs.push(Array.from(run));
  return runs.length === 0 ? { ...plainChunk(parts), words } : { whole: null, words, runs };
};

/** At most `LONGEST_WORD` code units, no character halved. */
const cut = (word: string): string => {
  if (word.length <= LONGEST_WORD) return word;
  const end = word.codePointAt(LONGEST_WORD - 1) ?? 0;
  return word.slice(0, end > 0xffff ? LONGEST_WORD - 1 : LONGEST_WORD);
};

/** Neighbours of unspaced text: there is no telling where its words end. */
export const pairsOf = (run: readonly string[]): readonly string[] =>
  run.slice(1).map((character, at) => `${run[at] ?? ''}${character}`);

/** So few are compared with each other sooner than a set of them is made. */
const FEW = 40;

/** Each word once, where it stands first. */
export const distinct = (words: readonly string[]): readonly string[] =>
  words.length > FEW ? [...new Set(words)] : words.filter((word, at) => words.indexOf(word) === at);

const idWords = (id: string): readonly string[] => {
  if (id.length > LONGEST_WORD) return chunkWords(chunksOf(id));
  const parts = id.toLowerCase().split(/[-_.:/]/);
  return parts.length === 1 ? parts : distinct([parts.join(BETWEEN_PARTS), ...parts]);
};

/** Everything that a text is found by: its words, the whole of each id, unspaced text by each character and each pair. */
export const wordsOf = (text: string): readonly string[] => {
  if (PLAIN_ID.test(text)) return idWords(text);
  return chunkWords(chunksOf(text));
};

const chunkWords = (chunks: readonly Chunk[]): readonly string[] => {
  const found = new Set<string>();
  for (const { whole, words, runs } of chunks) {
    if (whole !== null) found.add(whole);
    for (const word of words) found.add(word);
    for (const run of runs) for (const word of [...run, ...pairsOf(run)]) found.add(word);
  }
  return [...found];
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Bytes of a keyed token that are kept: two of a million people share a token of 8 once in ten million times. */
const TOKEN_BYTES = 8;

/** A keyed token among words: no text has a word like it. */
export const tokenWord = (token: Uint8Array): string => {
  let word = '~';
  for (let at = 0; at < TOKEN_BYTES; at++) word += HEX[token[at] ?? 0] ?? '';
  return word;
};
