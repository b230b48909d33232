import type { Receiver } from '@orderloom/domain';
import { folded } from '../text/words.ts';

const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

const said = (text: string | null): string => (folded(text ?? '').match(WORDS) ?? []).join(' ');

/**
 * Who gets the goods, and where, as it is compared: without case, accents and punctuation, and without how the person is
 * reached. `null`: it is no address, so nothing is like it. Personal: to be compared and forgotten.
 */
export const receiverPlace = (receiver: Receiver): string | null => {
  const { name, line1, line2, city, region, postalCode, country } = receiver;
  const parts = [name, line1, line2, city, region, postalCode, country].map(said);
  const [who = '', street = '', , town = '', , code = ''] = parts;
  return who === '' || street === '' || town + code === '' ? null : parts.join('\0');
};
