/**
 * A run of 13 to 19 digits, perhaps in groups, that is not a part of a longer word or number. Behind a plus sign it is
 * a telephone number (E.164), which has up to 15 digits.
 */
const DIGIT_RUN = /(?<![A-Za-z0-9+])\d(?:[ -]?\d){12,18}(?![A-Za-z0-9])/g;
const SHORTEST = 13;

/** Check digit of ISO/IEC 7812, which every card number ends with. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** Check digit of GS1: article numbers (13 and 14 digits) and shipping labels (18) end with it. */
const isGs1 = (run: string): boolean => {
  if (!/^(\d{13,14}|\d{18})$/.test(run)) return false;
  let sum = 0;
  for (let i = 0; i < run.length; i++)
    sum += (run.charCodeAt(run.length - 1 - i) - 48) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
};

/** Its groups are no card's, but one in some twenty thousand would be taken for one: its digits are chance. */
const UUID = /(?<![A-Za-z0-9])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![A-Za-z0-9])/gi;

/** Payment cards begin with 2 to 6 (travel, banking, merchandising); times in milliseconds begin with 1. */
const PAYMENT_ISSUER = /^[2-6]/;

/** Almost no text has so many: counting them is a tenth of looking for a run of them. */
const hasDigits = (text: string, least: number): boolean => {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 48 && unit <= 57 && ++digits === least) return true;
  }
  return false;
};

/**
 * Whether the text holds what looks like a payment card number: 13-19 digits that pass the Luhn check. One number in
 * ten passes it by chance, so what is a valid article number or shipping label instead, or a UUID, is let through.
 */
export const holdsCardNumber = (text: string): boolean => {
  if (text.length < SHORTEST || !hasDigits(text, SHORTEST)) return false;
  for (const [run] of text.replaceAll(UUID, '\n').matchAll(DIGIT_RUN)) {
    const digits = run.replaceAll(/[ -]/g, '');
    if (PAYMENT_ISSUER.test(digits) && passesLuhn(digits) && !isGs1(run)) return true;
  }
  return false;
};

/** Amounts below this, and instants in milliseconds, have fewer digits than the cards that a number could be. */
const SMALLEST_CARD = 1e14;

/** Whether a number looks like a payment card number: 15 or 16 digits, read as text. */
export const isCardNumber = (value: number): boolean =>
  value >= SMALLEST_CARD && Number.isSafeInteger(value) && holdsCardNumber(String(value));
