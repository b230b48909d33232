// What may not be kept of a message, whoever has the key: card numbers, and what members are called that open something.
import { withoutCardNumbers } from './card-number.ts';

/** Stands where something was left out. */
const MASK = '[masked]';
const QUOTED_MASK = `"${MASK}"`;

/** Messages stand within messages as text, each level with twice as many backslashes; further in nothing is kept. */
const DEEPEST = 16;

/** In whatever spelling, these are nothing but secrets. */
const SECRET =
  /passw|passphrase|secret|token|signature|authori[sz]ation$|credential|cookie|apikey|accesskey|privatekey|cardnumber|securitycode|cryptogram|trackdata/;
/** So short that they are a part of other words: `shipping`, `company`. */
const SECRET_WORDS = new Set([
  ...['pin', 'pan', 'cvv', 'cvv2', 'cvc', 'cvc2', 'csc', 'cavv', 'track1', 'track2'],
  ...['otp', 'pwd', 'pass', 'passcode', 'jwt', 'bearer'],
]);

const isSecretName = (name: string): boolean =>
  SECRET.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) ||
  name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => SECRET_WORDS.has(word));

/** `name=`, `name: `, `<name>`, and not `</name>`; a name has at most 64 letters. */
const NAMED = /(?<![\w.-]|<\/)[A-Za-z][\w.-]{0,63}["']?\s{0,8}[=:>]\s{0,8}/g;
const VALUE = /"(?:[^"\\]|\\.)*"?|'[^']*'?|[^&\r\n<>"',;]+/y;

const plainMasked = (text: string): string => {
  let kept = '';
  let at = 0;
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found !== null; found = NAMED.exec(text)) {
    if (!isSecretName(found[0].replace(/[^\w.-]+$/, ''))) continue;
    VALUE.lastIndex = NAMED.lastIndex;
    if (!VALUE.test(text)) continue;
    const quote = /^["']/.exec(text.slice(NAMED.lastIndex, NAMED.lastIndex + 1))?.[0] ?? '';
    kept += text.slice(at, NAMED.lastIndex) + quote + MASK + quote;
    at = VALUE.lastIndex;
    NAMED.lastIndex = at;
  }
  return withoutCardNumbers(kept + text.slice(at), MASK);
};

const TOKENS = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]|\s+|[^\s"{}[\]:,]+/gs;

const isText = (token: string): boolean => token.startsWith('"');

/** `undefined`: it is no JSON. */
const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

/** What a scalar of JSON says; a text that is broken says what it is. */
const saidBy = (token: string): string => {
  if (!isText(token)) return token;
  if (!token.includes('\\')) return token.slice(1, token.length > 1 && token.endsWith('"') ? -1 : undefined);
  const found = parsed(token);
  return found === undefined ? token.slice(1) : String(found.value);
};

const IS_SCALAR = /^[^\s{}[\]:,]/;

const scalarMasked = (token: string, depth: number): string => {
  if (!IS_SCALAR.test(token)) return token;
  const said = saidBy(token);
  const masked = maskedWithin(said, depth + 1);
  return masked === said ? token : JSON.stringify(masked);
};

/** Behind the value that begins at `at`: a scalar, or everything up to where what was opened is closed. */
const behindValue = (tokens: readonly string[], at: number): number => {
  let open = 0;
  for (let place = at; place < tokens.length; place++) {
    const token = tokens[place] ?? '';
    if (token === '{' || token === '[') open += 1;
    if (token === '}' || token === ']') open -= 1;
    if (open <= 0) return place + 1;
  }
  return tokens.length;
};

/** Where the value of the member begins whose name stands at `at`; `undefined`: it is no name. */
const valueOf = (tokens: readonly string[], at: number): number | undefined => {
  const isSpace = (place: number): boolean => tokens[place]?.trim() === '';
  const colon = isSpace(at + 1) ? at + 2 : at + 1;
  if (tokens[colon] !== ':') return undefined;
  const value = isSpace(colon + 1) ? colon + 2 : colon + 1;
  // A bare word before bare words is plain text.
  return isText(tokens[at] ?? '') || /^["[{]/.test(tokens[value] ?? '') ? value : undefined;
};

/** JSON, also where it is cut or broken; every byte that is not masked stays where it is. */
const jsonMasked = (text: string, depth: number): string => {
  const tokens = text.match(TOKENS) ?? [];
  const kept: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    const value = valueOf(tokens, at);
    kept.push(scalarMasked(token, depth));
    if (value === undefined || value >= tokens.length || !isSecretName(saidBy(token))) continue;
    kept.push(...tokens.slice(at + 1, value), QUOTED_MASK);
    at = behindValue(tokens, value) - 1;
  }
  const joined = kept.join('');
  // What is broken may hold something that is no scalar.
  return parsed(joined) === undefined ? plainMasked(joined) : joined;
};

/** `{"pin":1}`: what is shorter has no member that opens something. */
const SHORTEST_JSON = 9;

const isJson = (text: string): boolean =>
  text.length >= SHORTEST_JSON &&
  (/^\s*[[{]/.test(text) || (/^\s*"/.test(text) && parsed(text) !== undefined));

const maskedWithin = (text: string, depth: number): string => {
  if (!isJson(text)) return plainMasked(text);
  return depth < DEEPEST ? jsonMasked(text, depth) : MASK;
};

/**
 * A message without card numbers, and without the values of members whose names say that they open something, at any depth;
 * `[masked]` stands in their place. Everything else is as it was, byte by byte. O(length).
 */
export const masked = (text: string): string => maskedWithin(text, 0);
