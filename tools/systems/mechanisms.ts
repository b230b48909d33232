/**
 * What the statements rest on. The test of a statement is run without each of its mechanisms too, and must be red:
 * `MUTATE=grammar npm test -- systems/15` shows it.
 */
export const mechanisms = {
  'agreed-stays': 'what was agreed stands in the order, and is read from nowhere else',
  'answers-after-commit': 'a command is answered when its events are kept, and not before',
  'asks-before-repeating': 'what may have happened is asked about before it is done again',
  'asks-providers': 'who does not say what became of a payment is asked',
  'alarms-are-told': 'what was given up is an alarm, and is told to whoever wants to hear of alarms',
  'both-sides': 'what an account gets another one gives',
  budgets: 'who does not answer in time is not waited for',
  'calls-of-their-own': 'each who hears of an event has a call of its own, with attempts of its own',
  'causes-in-events': 'an event says which event has caused it',
  'commands-before-deadlines': 'a deadline is decided after everything that arrived before it',
  'deadlines-end': 'a deadline ends with the status that it was for',
  'declared-fields': 'an order has the fields that its lifecycle declares, and no other ones',
  'decided-together':
    'what belongs together is decided together: each of the streams accepts, or nothing is recorded',
  'due-in-the-event': 'the event says when a deadline is due, by the policy of its moment',
  'exchanges-are-noted': 'what was said between us and a provider is noted before anything follows from it',
  'field-defaults': 'a field that is added has a default',
  'given-up-is-told': 'an order hears of it when nobody could find out what became of its payment',
  'failures-are-named': 'a redrive names the failure that it was listed for, and is none of a later one',
  'given-up-stays': 'a call that was given up is not taken for done',
  grammar: 'an event is recorded only where the lifecycle lets it follow',
  'group-commit': 'commands of different orders are decided together and share one durable write',
  'lifecycle-versions': 'an order follows the version of its lifecycle under which it was placed',
  'moved-on-request': 'a deadline that runs is moved when somebody asks for it',
  'one-cart-once': 'for a while the same content of the same buyer is the same order',
  'one-receiver': 'what travels together goes to one person at one address',
  'one-writer': 'a log takes nothing from whoever does not stand at its end',
  'one-price-one-bill': 'what changes the price ends the bill that is open',
  'payments-by-name': 'what became of a payment counts once, by the name that its provider has for it',
  'process-managers': 'what an event means for others is sent in its own transaction',
  'refunds-as-declared': 'refunds follow the order that the tenant has said',
  'remembered-commands': 'a command that is said again gets its first answer',
  'sourcing-rules':
    'stock is asked when and where the rule of the sku says, and so is what becomes of what it lacks',
  'signed-callbacks': 'nothing is read of a callback before its signature is right',
  'stock-has-it': 'stock keeps no piece for anybody that it does not have',
  'sums-with-checkpoint':
    'sums are kept together with the documents that they are of, and with the checkpoint',
  'surplus-goes-back': 'money that an order has no use for is taken, and owed back',
  'timers-from-the-log': 'whoever starts finds in the log what is due',
  'verdicts-first': 'what somebody is to be asked about is decided only with a verdict',
  'void-bills-are-let-go': 'the end of a bill names every leg that may hold something',
  'whole-messages': 'what a provider was told and has said is kept whole, sealed with the key of the buyer',
} as const;

export type Mechanism = keyof typeof mechanisms;

const isMechanism = (name: string): name is Mechanism => Object.hasOwn(mechanisms, name);

/** The one that the tests are run without, where somebody wants to see them red. Throws where there is none of that name. */
export const takenAway = (): Mechanism | undefined => {
  const name = process.env['MUTATE'];
  if (name === undefined || isMechanism(name)) return name;
  throw new Error(`MUTATE can be ${Object.keys(mechanisms).join(', ')}; it is ${name}`);
};
