import { refuseContent, type Decision } from '@orderloom/decider';

/** Something on either side of an @, and a dot behind it. */
const E_MAIL = /[^\s@]@[^\s@]+\.[^\s@]/;
/** A country's prefix and at least seven digits. Without the prefix nothing tells it from an order number. */
const TELEPHONE = /\+\d(?:[ ()/.-]{0,2}\d){6}/;

/** Whether a text holds what can be recognised as personal. */
export const isPersonalText = (text: string): boolean => E_MAIL.test(text) || TELEPHONE.test(text);

/**
 * Refuses a text for ever in clear that holds what can be recognised as personal: e-mail addresses, telephone numbers
 * with their country. Names cannot be. `undefined`: nothing was recognised.
 */
export const refusePersonalText = (text: string, pointer: string): Decision<never> | undefined =>
  isPersonalText(text)
    ? refuseContent(
        'personal-data',
        'the text stands in clear for ever; an e-mail address or a telephone number belongs into the receiver',
        pointer,
      )
    : undefined;
