// What a sealed block can be found by: keyed hashes of the words of a name, of the end of a telephone number and of
// an e-mail address. Who has the log but not the key learns only that two blocks have a word in common.
import type { KeyStore } from '@orderloom/engine';
import { tenantHash, type KeyedHash } from './keyed-hash.ts';

const TOKEN_BYTES = 12;
/** Words of one name that become tokens; a longer name is found by its beginning. */
const MOST_WORDS = 32;
const PHONE_TAIL = 4;
/** Country and area are written in many ways; the last nine digits are not. */
const PHONE_NUMBER = 9;

/** What may be searched for. */
export type Searchable = {
  readonly name?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
};

/** Most text is this, and is its own normal form. */
const ASCII = /^[\0-\x7f]*$/;

/** Letters of scripts that write words without spaces between them. */
const UNSPACED = /(?:(?=\p{L})[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}])+/gu;

/** Letters without case and accents. */
const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Words of letters and digits; a run of Chinese or Japanese gives its characters and their pairs too, for it has no spaces. */
export const nameWords = (name: string): string[] => {
  if (ASCII.test(name)) return [...new Set(name.toLowerCase().match(/[a-z0-9]+/g))].slice(0, MOST_WORDS);
  const words = new Set<string>();
  for (const [word] of folded(name).matchAll(/[\p{L}\p{N}]+/gu)) {
    words.add(word);
    for (const [run] of word.matchAll(UNSPACED)) {
      const characters = Array.from(run);
      for (const character of characters) words.add(character);
      for (let i = 0; i + 1 < characters.length; i++)
        words.add(`${characters[i] ?? ''}${characters[i + 1] ?? ''}`);
    }
  }
  return [...words].slice(0, MOST_WORDS);
};

/** Full-width digits and letters as the ordinary ones. */
const plain = (text: string): string => (ASCII.test(text) ? text : text.normalize('NFKC'));

const phoneTails = (phone: string): string[] => {
  const digits = plain(phone).replaceAll(/\D+/g, '');
  if (digits.length < PHONE_TAIL) return [];
  return [...new Set([digits.slice(-PHONE_TAIL), digits.slice(-PHONE_NUMBER)])];
};

const normalEmail = (email: string): string[] => {
  const address = plain(email).trim().toLowerCase();
  return address === '' ? [] : [address];
};

const token = (keyed: KeyedHash, kind: string, text: string): Buffer =>
  Buffer.from(keyed.ofText(`${kind}\0${text}`).slice(0, TOKEN_BYTES), 'latin1');

/** Tokens of 12 bytes; what was sealed with one of them is a hit. Empty fields give none. */
export const searchTokens = (
  keyStore: KeyStore,
  tenant: string,
  { name, phone, email }: Searchable,
): Buffer[] => {
  const keyed = tenantHash(keyStore, tenant);
  return [
    ...(name ? nameWords(name) : []).map((word) => token(keyed, 'name', word)),
    ...(phone ? phoneTails(phone) : []).map((tail) => token(keyed, 'phone', tail)),
    ...(email ? normalEmail(email) : []).map((address) => token(keyed, 'email', address)),
  ];
};

/** What a telephone number is written with. */
const PHONE = /^[+\d\s()./-]+$/;
/** Digits by which a telephone number is found: the end that people read out, or all that is the same everywhere. */
const isPhone = (said: string): boolean => {
  const digits = said.replaceAll(/\D/g, '').length;
  return PHONE.test(said) && (digits === PHONE_TAIL || digits >= PHONE_NUMBER);
};

/** The tokens that a sealed receiver has if it has what was said: an e-mail address, a telephone number or a word of a name. */
export const personTokens = (keyStore: KeyStore, tenant: string, said: string): readonly Buffer[] => {
  if (said.includes('@')) return searchTokens(keyStore, tenant, { email: said });
  return isPhone(said)
    ? searchTokens(keyStore, tenant, { phone: said }).slice(-1)
    : searchTokens(keyStore, tenant, { name: said }).slice(0, 1);
};
