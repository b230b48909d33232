import { orderIdsFrom } from '@orderloom/decider';
import type { KeyStore } from '@orderloom/engine';
import type { HttpOptions } from '@orderloom/http';
import { readSearchText, tokenWord } from '@orderloom/views';
import { searchTokens } from '@orderloom/wire';

/** What a telephone number is written with. */
const PHONE = /^[+\d\s()./-]+$/;
/** Digits by which a telephone number is found: the end that people read out, or all that is the same everywhere. */
const isPhone = (said: string): boolean => {
  const digits = said.replaceAll(/\D/g, '').length;
  return PHONE.test(said) && (digits === 4 || digits >= 9);
};

/** The keyed tokens that a sealed receiver has if it has what was said. */
const personWords = (keyStore: KeyStore, tenant: string, said: string): readonly string[] => {
  const tokens = said.includes('@')
    ? searchTokens(keyStore, tenant, { email: said })
    : isPhone(said)
      ? searchTokens(keyStore, tenant, { phone: said }).slice(-1)
      : searchTokens(keyStore, tenant, { name: said }).slice(0, 1);
  return tokens.map(tokenWord);
};

/** How orders are searched: by words of their documents, and by what the key of the tenant makes of a name. */
export const orderSearch = (keyStore: KeyStore): NonNullable<HttpOptions['search']> => ({
  read: (tenant, text) => {
    const read = readSearchText(text);
    if (read.outcome === 'fault') return { fault: read.detail };
    return {
      terms: read.wanted.map(({ word, mayBegin, person }) => ({
        words: [word, ...(person === null ? [] : personWords(keyStore, tenant, person))],
        begins: mayBegin,
      })),
    };
  },
  sortKeyAt: orderIdsFrom,
});
