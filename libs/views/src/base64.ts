const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const digit = (group: number, shift: number): string => DIGITS[(group >> shift) & 63] ?? '';

/** Bytes as RFC 4648 base 64, padded. */
export const base64 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += digit(group, 18) + digit(group, 12);
    text += b === undefined ? '==' : digit(group, 6) + (c === undefined ? '=' : digit(group, 0));
  }
  return text;
};
