import { unreadableFrame } from '@orderloom/engine';

/** Unsigned LEB128 of a non-negative safe integer; gives the offset behind it. */
export const putVarint = (target: Buffer, start: number, value: number): number => {
  let at = start;
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) target[at++] = (rest % 128) | 128;
  target[at++] = rest;
  return at;
};

/** The number at an offset, and the offset behind it. Throws `unreadable-frame`. */
export const takeVarint = (
  source: Buffer,
  start: number,
): { readonly value: number; readonly end: number } => {
  let value = 0;
  let scale = 1;
  for (let at = start; at < source.length && scale <= 2 ** 49; at++, scale *= 128) {
    const byte = source[at] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) return { value, end: at + 1 };
  }
  throw unreadableFrame('a record header ends in the middle of a number');
};
