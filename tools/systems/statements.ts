// What the order systems that others have written about must be able to prove, in our own words: a statement is held by
// the test that bears its number, or says why it is not there yet. docs/reference/systems.md is made of this.
import type { Mechanism } from './mechanisms.ts';

/** How much one run of a test tries: `ci` in every run, `full` in `npm run test:full`. */
type Size = { readonly of: string; readonly ci: number; readonly full: number };

/** A statement with a test. */
type Held = {
  readonly says: string;
  readonly size?: Size;
  /** Its test is red without any of these; left out where a test of another room has a null control of its own. */
  readonly without?: readonly Mechanism[];
};

/** A statement without one, and why. */
type Open = { readonly says: string; readonly notYet: string };

export type Statement = Held | Open;

export type Row = {
  /** The system, or the article, that is known for it. */
  readonly system: string;
  /** Number within the row -> statement. */
  readonly statements: Readonly<Record<number, Statement>>;
};

export const rows: Readonly<Record<number, Row>> = {
  7: {
    system: 'Qunar: flight transaction system',
    statements: {
      1: {
        says: 'of 200 writers on different sections of orders all win, on one section one, and the others hear its version',
        size: { of: 'writers', ci: 200, full: 200 },
      },
      2: {
        says: 'a kind of product is a module with create, pay, validate and detail, held by one suite',
        without: ['grammar', 'declared-fields'],
      },
      3: {
        says: 'the legs of an itinerary of one buyer are made together, or none of them is, whichever of them is refused and whenever the process is killed; one that is lost before all could be sent takes the others with it, and their money goes back',
        without: ['decided-together', 'process-managers'],
      },
      4: {
        says: 'fifty fields more need neither a migration nor a rebuild of those who do not read them',
        without: ['field-defaults'],
      },
      5: {
        says: 'everything that belongs to an order, what was said of its buyer too, is found by one question, and by reading a handful of events of what others share with it; what was refused has changed nothing, and there is nothing of it to find',
        size: { of: 'orders of the same article', ci: 3_000, full: 50_000 },
        without: ['causes-in-events'],
      },
    },
  },
  8: {
    system: 'Qunar: hotel orders, driven by events, with actors',
    statements: {
      1: {
        says: 'of twenty who hear of a payment one is in trouble for five minutes: it is asked again, and nobody else is',
        without: ['calls-of-their-own'],
      },
      2: {
        says: 'what fails beyond its attempts alarms whoever wants that, and is listed until somebody has it done again, one or all',
        without: ['given-up-stays', 'alarms-are-told'],
      },
      3: {
        says: 'fifty writers of one order all finish by reading again, and none writes onto a version it has not seen',
        size: { of: 'writers', ci: 50, full: 50 },
      },
      4: {
        says: 'of a window of time what has failed is done again, and nothing else',
        without: ['calls-of-their-own', 'failures-are-named'],
      },
      5: {
        says: 'behind a backlog with an order in it that nobody can read others are served meanwhile, half of them within a second',
        size: { of: 'commands', ci: 20_000, full: 1_000_000 },
      },
    },
  },
  12: {
    system: 'Auto-cancel of unpaid orders, three ways',
    statements: {
      1: {
        says: 'orders that fall due together are each cancelled once and within a second, the process being killed three times',
        size: { of: 'orders in memory (100,000 under `kill -9`)', ci: 500, full: 10_000 },
        without: ['timers-from-the-log'],
      },
      2: {
        says: 'where payment and time-out are 5 ms apart at most an order ends paid or cancelled: what was paid before counts, what comes later goes back',
        size: { of: 'orders', ci: 300, full: 10_000 },
        without: ['grammar', 'commands-before-deadlines'],
      },
      3: {
        says: 'cancelling releases what the order holds once, however often it is said',
        without: ['process-managers', 'remembered-commands', 'grammar'],
      },
      4: {
        says: 'the time-out follows tenant, lifecycle, channel and payment method, or the instant that the order names, and another policy moves nothing that runs',
        without: ['due-in-the-event'],
      },
      5: {
        says: 'a year that is read again fires no timer and sends no command',
        size: { of: 'orders', ci: 208, full: 52_000 },
        without: ['deadlines-end'],
      },
      6: {
        says: 'what runs is moved where somebody asks for it: by so much, to an instant, or as the policy of now would have it',
        without: ['moved-on-request'],
      },
    },
  },
  13: {
    system: 'Auto-close through Redis key expiry',
    statements: {
      1: {
        says: 'no hint is needed: with nobody there for ten minutes all that is due is closed within a second of their return',
        size: { of: 'orders', ci: 300, full: 10_000 },
        without: ['timers-from-the-log'],
      },
      2: {
        says: 'of two that wait for the same instant one closes the order, once',
        size: { of: 'orders', ci: 100, full: 10_000 },
        without: ['one-writer'],
      },
      3: {
        says: 'with every cache flushed no timer is lost: they are made from the events (a million in `npm run bench -- open-orders`)',
        size: { of: 'open orders', ci: 500, full: 100_000 },
        without: ['timers-from-the-log'],
      },
    },
  },
  14: {
    system: 'Lost payments and duplicate submits',
    statements: {
      1: {
        says: 'with every callback lost all that is paid is known as paid within a minute, and what nobody can tell is listed',
        size: { of: 'payments', ci: 300, full: 1_000 },
        without: ['asks-providers', 'given-up-is-told'],
      },
      2: {
        says: 'of callbacks that come five times, in any order, an hour late and over another amount one counts, what does not match is refused and listed, and what is not signed is nothing',
        size: { of: 'payments', ci: 40, full: 1_000 },
        without: ['payments-by-name', 'signed-callbacks'],
      },
      3: {
        says: 'where the engine is killed around the write that the money is there, it is there once after the provider has said it again',
        without: ['answers-after-commit', 'payments-by-name'],
      },
      4: {
        says: 'of many submits of one content within a second one is an order and the others are told which; later it is a new order, and a key counts more than content',
        size: { of: 'submits', ci: 200, full: 200 },
        without: ['one-cart-once', 'remembered-commands'],
      },
      5: {
        says: 'a second payment is refused while one is under way, and what is paid twice is owed back at once',
        without: ['grammar', 'surplus-goes-back'],
      },
    },
  },
  15: {
    system: 'Order lifecycle with a state-machine framework',
    statements: {
      1: {
        says: 'every command is allowed or refused in every status, as the picture of the lifecycle draws it',
        without: ['grammar'],
      },
      2: {
        says: 'an illegal command is refused with status, legal commands and reason, and changes nothing',
        without: ['grammar'],
      },
      3: {
        says: 'where the event cannot be kept the caller hears of it, and the order is as it was',
        without: ['answers-after-commit'],
      },
      4: {
        says: 'the same events make the same state, and an order ends under the version it began with',
        size: { of: 'random lives', ci: 100, full: 10_000 },
        without: ['lifecycle-versions'],
      },
      5: {
        says: 'no lock is held over orders: 64 in flight need less than a fifth of the writes of one by one',
        size: { of: 'orders', ci: 256, full: 10_000 },
        without: ['group-commit'],
      },
    },
  },
  16: {
    system: 'mall: order module and schema',
    statements: {
      1: {
        says: 'every act of an operator is a command with a guard, and leaves who did it and why',
        without: ['grammar'],
      },
      2: {
        says: 'a life of 29 days passes at once on the simulated clock: paid or cancelled, received, completed and reviewed, each at its instant, as the tenant has it',
        without: ['timers-from-the-log', 'due-in-the-event'],
      },
      3: {
        says: 'shares of a discount sum to it, to the minor unit, and what comes back in parts gets exactly its share',
        size: { of: 'random carts', ci: 10_000, full: 10_000 },
      },
      4: {
        says: 'never more comes back than was bought, and never more money than was paid',
        size: { of: 'random histories of each kind', ci: 60, full: 4_000 },
      },
      5: {
        says: 'an order shows what was agreed, whatever an article costs or is called later, read from the log again and from the archive too',
        without: ['agreed-stays'],
      },
    },
  },
  17: {
    system: 'Enterprise e-commerce order system',
    statements: {
      1: {
        says: 'an order is split over warehouses, its status follows from its parts alone, in every mixture of them, and one that is cancelled refunds its share only',
        without: ['decided-together'],
      },
      2: {
        says: 'of all who want the last hundred pieces a hundred get one: kept when they order, what nobody pays for comes back; kept when they pay, the others get their money back',
        size: { of: 'buyers', ci: 200, full: 10_000 },
        without: ['stock-has-it', 'process-managers', 'sourcing-rules'],
      },
      3: {
        says: 'from every status it is said which way back is open, and no other one is',
      },
      4: {
        says: 'orders to one person at one address are proposed to travel in one parcel, stay orders of their own, and each is told once that it has arrived',
        without: ['one-receiver'],
      },
      5: {
        says: 'a warehouse hears of its part of an order at least once, under one id, until it has acknowledged it; where it does not, somebody is alarmed',
        without: ['timers-from-the-log'],
      },
    },
  },
  18: {
    system: 'Transaction and order systems for payment platforms',
    statements: {
      1: {
        says: 'coupon, points and card are all taken or all let go, whichever of them fails and whenever',
        size: { of: 'kills for each trouble', ci: 3, full: 100 },
        without: ['void-bills-are-let-go', 'timers-from-the-log', 'asks-before-repeating'],
      },
      2: {
        says: 'the legs of a bill sum to what is to be paid, and another price is another bill',
        size: { of: 'orders of twelve steps', ci: 30, full: 3_000 },
        without: ['one-price-one-bill'],
      },
      3: {
        says: 'what is refunded goes back leg by leg, in the order that the tenant has said',
        without: ['refunds-as-declared'],
      },
      4: {
        says: 'deposit and balance are two bills with two deadlines',
        without: ['timers-from-the-log'],
      },
    },
  },
  19: {
    system: 'Payment business process',
    statements: {
      1: {
        says: 'debit and credit are equal at every position of a replay, after refunds to everybody at once, and a store that was away',
        size: { of: 'orders', ci: 500, full: 100_000 },
        without: ['both-sides', 'sums-with-checkpoint'],
      },
      2: {
        says: 'every message to and from a channel is kept with its order, whole but for its secrets and sealed, and a dispute is answered from that alone',
        size: { of: 'payments', ci: 150, full: 1_000 },
        without: ['exchanges-are-noted', 'whole-messages'],
      },
      3: {
        says: 'the daily file of a channel is held against the orders, over three kills: every difference that was planted is found and waits for somebody, and nothing else is',
        size: { of: 'payments', ci: 200, full: 2_000 },
        without: ['payments-by-name'],
      },
      4: {
        says: 'where nobody knows what became of a call it is asked about before it is made again, and no refund is asked for twice',
        size: { of: 'refunds', ci: 100, full: 2_000 },
        without: ['asks-before-repeating'],
      },
    },
  },
  20: {
    system: 'Bilibili: transactions of members',
    statements: {
      1: {
        says: 'a command, an event, a quota and a report belong to one business, and another one does not read them',
        notYet: 'a command may say a business line, which its events keep; nothing asks for it',
      },
      2: {
        says: 'a contract that renews itself makes one order a period, whatever is restarted or comes twice',
        notYet: 'there are no contracts',
      },
      3: {
        says: 'what an order entitles to is granted once, and taken back in proportion',
        notYet: 'there are no grants',
      },
      4: {
        says: 'whoever is asked before an order is placed or paid passes, holds or refuses it within a budget; without an answer the default holds, and the order says which it was',
        size: { of: 'orders', ci: 150, full: 10_000 },
        without: ['verdicts-first', 'budgets'],
      },
    },
  },
};

/** `15.2` -> its statement. */
export const statements: ReadonlyMap<string, Statement> = new Map(
  Object.entries(rows).flatMap(([row, { statements: ofRow }]) =>
    Object.entries(ofRow).map(([number, statement]) => [`${row}.${number}`, statement] as const),
  ),
);
