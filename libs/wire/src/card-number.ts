/**
 * A run of 13 to 19 digits, perhaps in groups, that is not a part of a longer word or number. Behind a plus sign it is
 * a telephone number (E.164), which has up to 15 digits.
 */
const DIGIT_RUN = /(?<![A-Za-z0-9+])\d(?:[ -]?\d){12,18}(?![A-Za-z0-9])/g;
const SHORTEST = 13;
const LONGEST = 19;

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

/** Digits, perhaps in groups, that could be a card's. */
const isCard = (run: string): boolean => {
  const digits = run.replaceAll(/[ -]/g, '');
  const fits = digits.length >= SHORTEST && digits.length <= LONGEST;
  return fits && PAYMENT_ISSUER.test(digits) && passesLuhn(digits) && !isGs1(run);
};

/**
 * Whether the text holds what looks like a payment card number: 13-19 digits that pass the Luhn check. One number in
 * ten passes it by chance, so what is a valid article number or shipping label instead, or a UUID, is let through.
 */
export const holdsCardNumber = (text: string): boolean => {
  if (text.length < SHORTEST || !hasDigits(text, SHORTEST)) return false;
  for (const [run] of text.replaceAll(UUID, '\n').matchAll(DIGIT_RUN)) if (isCard(run)) return true;
  return false;
};

/** A run that may be longer: a card number, and what stands before or behind it. Bounded, so that looking for it is. */
const DIGIT_GROUPS = /(?<![A-Za-z0-9+])\d(?:[ -]?\d){12,199}(?![A-Za-z0-9])/g;

type Span = { readonly from: number; readonly to: number };

/** The longest card number that begins with a group and ends with one. */
const cardFrom = (run: string, groups: readonly Span[], first: number): Span | undefined => {
  const from = groups[first]?.from ?? 0;
  return groups
    .slice(first, first + LONGEST)
    .map(({ to }) => ({ from, to }))
    .findLast((span) => isCard(run.slice(span.from, span.to)));
};

const maskedGroups = (run: string, mask: string): string => {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
    from: index,
    to: index + digits.length,
  }));
  let text = '';
  let at = 0;
  for (const [place, { from }] of groups.entries()) {
    const card = from < at ? undefined : cardFrom(run, groups, place);
    if (card === undefined) continue;
    text += run.slice(at, card.from) + mask;
    at = card.to;
  }
  return text + run.slice(at);
};

/**
 * The text with `mask` in the place of each number that `holdsCardNumber` would find, and of each that stands in a longer run
 * of groups.
 */
export const withoutCardNumbers = (text: string, mask: string): string => {
  if (text.length < SHORTEST || !hasDigits(text, SHORTEST)) return text;
  const ids = text.match(UUID) ?? [];
  return text
    .split(UUID)
    .map((part, at) => part.replaceAll(DIGIT_GROUPS, (run) => maskedGroups(run, mask)) + (ids[at] ?? ''))
    .join('');
};

/** Amounts below this, and instants in milliseconds, have fewer digits than the cards that a number could be. */
const SMALLEST_CARD = 1e14;

/** Whether a number looks like a payment card number: 15 or 16 digits, read as text. */
export const isCardNumber = (value: number): boolean =>
  value >= SMALLEST_CARD && Number.isSafeInteger(value) && holdsCardNumber(String(value));
