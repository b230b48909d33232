import type { Rejection } from '@orderloom/decider';

type Meaning = { readonly kind: Rejection['kind']; readonly meaning: string };

/**
 * Every code that a decision of this lib can refuse with: what the caller would have to change, and what it means.
 * `state`: the moment (HTTP 409), `content`: what the command says (422), `missing`: the address (404).
 */
export const rejections = {
  'alias-taken': { kind: 'state', meaning: 'Another order was placed with this foreign id first.' },
  'already-picked': {
    kind: 'state',
    meaning: 'Units are off the shelf already; they are sent as they are.',
  },
  'amount-mismatch': { kind: 'content', meaning: 'The amount is not what is outstanding or due.' },
  'amount-too-large': {
    kind: 'content',
    meaning: 'An amount, or a sum of amounts, is beyond 2^53 - 1 minor units.',
  },
  'attempt-over': { kind: 'state', meaning: 'The attempt was ended, or another one is due by now.' },
  'balance-due': {
    kind: 'content',
    meaning: 'A deposit says until when its balance is to be paid, an instant to come; no other bill does.',
  },
  'bill-known': {
    kind: 'state',
    meaning: 'The order has had a bill of this name, or it is paid or void already.',
  },
  'bill-mismatch': {
    kind: 'content',
    meaning: 'The legs of a bill do not sum to it, or it is not over what is to be paid.',
  },
  'bill-open': { kind: 'state', meaning: 'A bill of the order is open; it must be paid or void first.' },
  'buyer-blocked': { kind: 'state', meaning: 'No orders are taken from this buyer.' },
  'buyer-mismatch': { kind: 'content', meaning: 'Another buyer has placed the order.' },
  'buyer-not-blocked': { kind: 'state', meaning: 'The buyer is not blocked.' },
  'clock-backwards': { kind: 'content', meaning: 'Simulated time goes forward only.' },
  'clock-live': { kind: 'state', meaning: "The tenant's clock is live; it cannot be moved or released." },
  'currency-mismatch': { kind: 'content', meaning: 'The order is in another currency.' },
  'deadline-unchanged': { kind: 'state', meaning: 'The deadline is due at that instant already.' },
  'deposit-paid': {
    kind: 'state',
    meaning: 'What would be left of the order costs less than was paid of it.',
  },
  'difference-known': { kind: 'content', meaning: 'The statement differs in that movement already.' },
  'difference-resolved': { kind: 'state', meaning: 'The difference is settled already.' },
  'discount-too-large': { kind: 'content', meaning: 'A discount is more than what it is taken off.' },
  'effect-exists': { kind: 'state', meaning: 'The call was requested already.' },
  'effect-not-redrivable': { kind: 'state', meaning: 'The call has not been given up.' },
  'field-invalid': { kind: 'content', meaning: 'The field cannot have that value, says the lifecycle.' },
  'field-missing': { kind: 'content', meaning: 'The lifecycle wants a field that was not sent.' },
  'fulfilment-status': {
    kind: 'state',
    meaning: 'The command is not possible in the present status of the fulfilment.',
  },
  'hold-exists': { kind: 'state', meaning: 'The order is held under that name already.' },
  'in-fulfilment': {
    kind: 'state',
    meaning: 'A warehouse was asked for these units as a fulfilment; it is told, and tells the order.',
  },
  'instant-out-of-range': { kind: 'content', meaning: 'The instant is over, or more than 366 days off.' },
  'insufficient-stock': { kind: 'state', meaning: 'The location has fewer units than are wanted.' },
  'itinerary-exists': { kind: 'state', meaning: 'There is an itinerary of this id already.' },
  'job-completed': { kind: 'state', meaning: 'The job is completed.' },
  'job-failed': { kind: 'state', meaning: 'The job has failed; start it again.' },
  'job-running': { kind: 'state', meaning: 'The job is running already.' },
  'leg-known': {
    kind: 'state',
    meaning: 'The order has recorded already what became of this leg; the detail says what.',
  },
  'leg-of-bill': {
    kind: 'content',
    meaning: 'The payment is a leg of a bill; what became of it is reported as that of the leg.',
  },
  'lifecycle-changed': {
    kind: 'state',
    meaning:
      'The same version of the lifecycle is published with another content; a change needs a new version.',
  },
  'lifecycle-followed': { kind: 'state', meaning: 'The order follows that lifecycle already.' },
  'lifecycle-invalid': {
    kind: 'content',
    meaning: 'The definition is no lifecycle, or not the one that it is called.',
  },
  'lifecycle-known': { kind: 'state', meaning: 'The lifecycle is published already, with this content.' },
  'line-not-whole': {
    kind: 'state',
    meaning: 'Stock holds a line at one location; it moves as a whole or not at all.',
  },
  'misplaced-statement': {
    kind: 'content',
    meaning: 'The statement is of another provider or day than the address says.',
  },
  'more-than-shipped': { kind: 'state', meaning: 'More units would come back than have left.' },
  'no-deadline': { kind: 'state', meaning: 'The order does not wait for that deadline.' },
  'no-delay': { kind: 'state', meaning: 'The policy of the tenant has no delay for that deadline.' },
  'not-allowed-now': {
    kind: 'state',
    meaning: 'The command is not possible in the present status of the order.',
  },
  'not-claimed': { kind: 'state', meaning: 'Nobody works on the order in that list now.' },
  'not-first-in-chain': { kind: 'state', meaning: 'Another call is the first one of the chain.' },
  'not-in-list': { kind: 'state', meaning: 'There is nothing to do with the order in that list.' },
  'not-movable': {
    kind: 'state',
    meaning: 'In the other lifecycle the order would lose a status or a deadline; the detail says which.',
  },
  'not-reserved': { kind: 'state', meaning: 'Stock does not hold the units that are to leave the shelf.' },
  'nothing-accepted': { kind: 'state', meaning: 'Nothing of the return was found good.' },
  'nothing-left': { kind: 'content', meaning: 'Everything is named, and nothing would be left.' },
  'nothing-to-adjust': { kind: 'content', meaning: 'A correction of zero changes nothing.' },
  'order-exists': { kind: 'state', meaning: 'There is an order of this id already.' },
  'order-held': { kind: 'state', meaning: 'The order is held; release every hold, then it goes on.' },
  'other-location': { kind: 'content', meaning: 'The two fulfilments are at different locations.' },
  'other-source': { kind: 'content', meaning: 'The job failed on other input; new input is a new job.' },
  'other-statement': {
    kind: 'state',
    meaning: 'Another statement of that provider about that day was held against the orders.',
  },
  'override-refused': {
    kind: 'state',
    meaning: 'Forcing that status would make or lose units or money; tell what happened by its own command.',
  },
  'parcel-created': { kind: 'state', meaning: 'The parcel has not left yet.' },
  'parcel-delivered': { kind: 'state', meaning: 'The parcel was delivered already.' },
  'parcel-dispatched': { kind: 'state', meaning: 'The parcel has left already.' },
  'parcel-exists': { kind: 'state', meaning: 'There is a parcel of this id already.' },
  'parcel-not-of-fulfilment': {
    kind: 'content',
    meaning: 'The fulfilment has travelled in another parcel.',
  },
  'parcel-not-of-order': { kind: 'content', meaning: 'The parcel has no units of this order.' },
  'parcel-used': {
    kind: 'content',
    meaning: 'The parcel has units of this order already; ship the others in another.',
  },
  'partly-shipped': {
    kind: 'state',
    meaning: 'Units of the order have left; cancel the others by naming their lines.',
  },
  'payment-known': {
    kind: 'state',
    meaning: 'The order has recorded already what became of this payment; the detail says what.',
  },
  'payment-matches': {
    kind: 'content',
    meaning: 'The money is what the order expects; it is to be confirmed, not reported.',
  },
  'payment-under-way': {
    kind: 'state',
    meaning: 'Another payment of the order is under way; it must fail before the next one starts.',
  },
  'personal-data': {
    kind: 'content',
    meaning: 'The text stands in clear for ever, and holds an e-mail address or a telephone number.',
  },
  'purchase-limit-reached': {
    kind: 'state',
    meaning: 'The buyer has as many open orders as the shop allows.',
  },
  'quantity-exceeded': {
    kind: 'content',
    meaning: 'More units of a line are named than there are for this.',
  },
  'reconciliation-begun': { kind: 'state', meaning: 'The statement is held against the orders already.' },
  'reconciliation-over': { kind: 'state', meaning: 'All rows of the statement were looked at.' },
  'refund-confirmed': { kind: 'state', meaning: 'The refund is back with the buyer already.' },
  'repeated-content': { kind: 'content', meaning: 'The same line of the same order is in the parcel twice.' },
  'repeated-location': { kind: 'content', meaning: 'The same location is named twice.' },
  'return-resolved': { kind: 'state', meaning: 'The return was accepted or declined already.' },
  'return-stage': { kind: 'state', meaning: 'The return is not where that could follow.' },
  'same-location': { kind: 'content', meaning: 'The fulfilment is at that location already.' },
  'steps-out-of-range': { kind: 'content', meaning: 'The job cannot be at that step.' },
  'tax-too-large': { kind: 'content', meaning: 'An included tax is more than what the line costs.' },
  'tenant-exists': { kind: 'state', meaning: 'There is a tenant of this name already.' },
  'too-many-bills': { kind: 'state', meaning: 'The order has as many bills as it may have.' },
  'too-many-fulfilments': {
    kind: 'state',
    meaning: 'The order has as many fulfilments as it may have.',
  },
  'too-many-holds': { kind: 'state', meaning: 'The order has as many holds as it may have.' },
  'too-many-providers': {
    kind: 'state',
    meaning: 'The tenant has as many payment providers as it may have.',
  },
  'too-many-sourcing-rules': {
    kind: 'state',
    meaning: 'The tenant has as many rules for its skus as it may have.',
  },
  'too-many-webhooks': { kind: 'state', meaning: 'The tenant has as many webhooks as it may have.' },
  'total-mismatch': { kind: 'content', meaning: 'The amounts do not add up to the total.' },
  'unknown-bill': { kind: 'content', meaning: 'The order has no such bill.' },
  'unknown-currency': { kind: 'content', meaning: 'The text is no ISO 4217 code.' },
  'unknown-deadline': { kind: 'content', meaning: 'The lifecycle of the order has no such deadline.' },
  'unknown-difference': { kind: 'content', meaning: 'The statement has no such difference.' },
  'unknown-effect': { kind: 'missing', meaning: 'There is no such call to the outside.' },
  'unknown-event': { kind: 'content', meaning: 'An order has no event of that name.' },
  'unknown-field': { kind: 'content', meaning: 'The lifecycle of the order declares no such field.' },
  'unknown-fulfilment': { kind: 'missing', meaning: 'There is no such fulfilment to be sent.' },
  'unknown-hold': { kind: 'content', meaning: 'The order has no such hold.' },
  'unknown-job': { kind: 'missing', meaning: 'There is no such job.' },
  'unknown-leg': { kind: 'content', meaning: 'The bill has no such leg.' },
  'unknown-lifecycle': { kind: 'content', meaning: 'The tenant has published no lifecycle of that name.' },
  'unknown-line': { kind: 'content', meaning: 'The order has no such line.' },
  'unknown-list': { kind: 'content', meaning: 'There is no such list of work.' },
  'unknown-order': { kind: 'missing', meaning: 'There is no such order.' },
  'unknown-parcel': { kind: 'missing', meaning: 'There is no such parcel.' },
  'unknown-payment': { kind: 'content', meaning: 'The order knows of no such payment.' },
  'unknown-provider': { kind: 'missing', meaning: 'The tenant has no payment provider of that name.' },
  'unknown-reconciliation': {
    kind: 'missing',
    meaning: 'No statement of that provider about that day was held against the orders.',
  },
  'unknown-refund': { kind: 'content', meaning: 'The order has no such refund.' },
  'unknown-reservation': { kind: 'state', meaning: 'The location does not hold so many units for orders.' },
  'unknown-return': { kind: 'content', meaning: 'The order has no such return.' },
  'unknown-sku': { kind: 'missing', meaning: 'The location has never received this sku.' },
  'unknown-sourcing': { kind: 'missing', meaning: 'The tenant has no rule for this sku.' },
  'unknown-status': { kind: 'content', meaning: 'The lifecycle of the order has no such status.' },
  'unknown-tenant': { kind: 'missing', meaning: 'There is no such tenant.' },
  'unknown-webhook': { kind: 'missing', meaning: 'The tenant has no webhook of that name.' },
  'work-claimed': {
    kind: 'state',
    meaning: 'Somebody else works on the order, until the instant in the detail.',
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type RejectionCode = keyof typeof rejections;
