const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const PAD = '='.charCodeAt(0);

/** Bytes whose text is made at once; a multiple of three, and few enough to be arguments of one call. */
const PIECE = 3 * 1024;

/** Bytes as RFC 4648 base 64, padded. */
export const base64 = (bytes: Uint8Array): string => {
  // Pieces instead of characters: a string that grows by characters is a tree of them, kept as long as the string.
  let text = '';
  for (let from = 0; from < bytes.length; from += PIECE)
    text += pieceOf(bytes, from, Math.min(from + PIECE, bytes.length));
  return text;
};

const pieceOf = (bytes: Uint8Array, from: number, end: number): string => {
  const codes = new Array<number>(Math.ceil((end - from) / 3) * 4);
  let n = 0;
  for (let at = from; at < end; at += 3) {
    const left = end - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    codes[n++] = codeOf(group >> 18);
    codes[n++] = codeOf(group >> 12);
    codes[n++] = left > 1 ? codeOf(group >> 6) : PAD;
    codes[n++] = left > 2 ? codeOf(group) : PAD;
  }
  return String.fromCharCode(...codes);
};

const codeOf = (group: number): number => CODES[group & 63] ?? 0;
