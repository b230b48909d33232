/** Crockford's base 32 in lower case: no i, l, o, u, so that an id survives being read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PATTERN = /^[0-9a-hjkmnp-tv-z]{21}$/;

/** Digits of an order id that hold the time and the first bits of the slot. */
const TIME_DIGITS = 10;

/** The lowest bits of a number below 2^53, five a digit. */
const base32 = (value: number, digits: number): string => {
  let text = '';
  for (let rest = value, i = 0; i < digits; i++, rest = Math.floor(rest / 32))
    text = (ALPHABET[rest % 32] ?? '') + text;
  return text;
};

const checkCharacter = (body: string): string => {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum = (sum * 3 + ALPHABET.indexOf(body[i] ?? '') + 1) % 32;
  return ALPHABET[sum] ?? '';
};

/**
 * An order's id: 42 bits of time (ms), 10 bits slot, 48 bits of a hash, one check character; 21 characters,
 * sorted by time. `hash48` is the start of SHA-256(tenant, 0x00, command id), as a number below 2^48.
 */
export const orderIdOf = (timeMs: number, slot: number, hash48: number): string => {
  // 100 bits in two halves that a number holds exactly: 42 of time and 8 of the slot, 2 of the slot and 48 of the hash.
  const body = base32(timeMs * 256 + (slot >> 2), TIME_DIGITS) + base32((slot & 3) * 2 ** 48 + hash48, 10);
  return body + checkCharacter(body);
};

/** The instant that an order id carries, ms, or `undefined` where the text is not an order id. */
export const timeOfOrderId = (id: string): number | undefined => {
  if (slotOfOrderId(id) === undefined) return undefined;
  let value = 0;
  for (const digit of id.slice(0, TIME_DIGITS)) value = value * 32 + ALPHABET.indexOf(digit);
  return Math.floor(value / 256);
};

/** The beginning of the first order id of an instant: the order ids of that instant or later are greater. */
export const orderIdsFrom = (timeMs: number): string => base32(timeMs * 256, TIME_DIGITS);

/** The slot that an order id carries, or `undefined` where the text is not an order id. Never changes for an id. */
export const slotOfOrderId = (id: string): number | undefined => {
  if (!PATTERN.test(id) || checkCharacter(id.slice(0, 20)) !== id[20]) return undefined;
  const digit = (index: number): number => ALPHABET.indexOf(id[index] ?? '');
  return ((digit(8) & 7) << 7) | (digit(9) << 2) | (digit(10) >> 3);
};
