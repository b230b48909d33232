import {
  addedUp,
  compareStatement,
  movementName,
  reconciliationKey,
  type KnownDifference,
  type Movement,
  type OwnMovement,
} from '@orderloom/domain';

/** A provider's statement about a day. */
export type Statement = {
  readonly provider: string;
  /** UTC: 2026-11-27. */
  readonly day: string;
  /** SHA-256 of the file, hexadecimal: the same statement has one effect, however often it is held. */
  readonly source: string;
  readonly movements: readonly Movement[];
};

/** What is known of a statement that was held against the orders. */
export type Held = {
  readonly status: 'running' | 'open' | 'settled';
  readonly source: string;
  readonly matched: number;
  readonly elsewhere: readonly string[];
  readonly differences: readonly KnownDifference[];
};

/** What the orders and earlier statements say, and where commands go. */
export type Books = {
  /** What a provider has moved on a day. */
  readonly onDay: (provider: string, day: string) => Promise<readonly OwnMovement[]>;
  /** What it has moved for one payment, whenever. */
  readonly ofPayment: (provider: string, paymentId: string) => Promise<readonly OwnMovement[]>;
  /** The views show everything that was sent before. */
  readonly held: (key: string) => Promise<Held | undefined>;
  /** Rejects where it is refused; `id`: the idempotency key. */
  readonly send: (
    key: string,
    command: { readonly id: string; readonly type: string; readonly data: object; readonly actor?: string },
  ) => Promise<void>;
};

const AT_ONCE = 100;
const DAY_MS = 86_400_000;
const DAY_LENGTH = 10;

const dayBeside = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, DAY_LENGTH);

/** Everything that the orders have of a statement: of its day, and of its payments that have nothing on it. */
const ownSide = async (books: Books, { provider, day }: Statement, theirs: readonly Movement[]) => {
  const ofDay = addedUp(await books.onDay(provider, day));
  const known = new Set(ofDay.map(movementName));
  const more: OwnMovement[] = [];
  for (const one of theirs) {
    if (known.has(movementName(one))) continue;
    const found = await books.ofPayment(provider, one.paymentId);
    more.push(...found.filter(({ moved }) => moved === one.moved));
  }
  return [...ofDay, ...addedUp(more)];
};

/** What the statements of the days around have told of the orders' other days. */
const toldBeside = async (books: Books, { provider, day }: Statement): Promise<ReadonlySet<string>> => {
  const beside = [-1, 1].map((days) => books.held(reconciliationKey(provider, dayBeside(day, days))));
  return new Set((await Promise.all(beside)).flatMap((held) => held?.elsewhere ?? []));
};

/** What another day's statement did not have, this one has: the difference is none. */
const resolveOtherDays = async (
  books: Books,
  { provider, day }: Statement,
  elsewhere: readonly OwnMovement[],
): Promise<void> => {
  for (const one of elsewhere) {
    const key = reconciliationKey(provider, one.day);
    const held = await books.held(key);
    const name = movementName(one);
    const open = held?.differences.find(
      (difference) => difference.resolved === null && movementName(difference) === name,
    );
    if (open?.kind !== 'missing-there') continue;
    const { differenceId } = open;
    await books.send(key, {
      ...{ id: `${key}:${differenceId}:told`, type: 'ResolveDifference', actor: 'reconcile' },
      data: { differenceId, how: 'other-day', reason: `the statement about ${day} has it` },
    });
  }
};

/**
 * Holds a statement against the orders, and records in what they differ. Goes on where an earlier run of the same statement
 * ended, however that ended; one that was held says what it has found.
 */
export const reconcile = async (books: Books, statement: Statement): Promise<Held> => {
  const { provider, day, source } = statement;
  const key = reconciliationKey(provider, day);
  const say = (id: string, type: string, data: object): Promise<void> =>
    books.send(key, { id: `${key}:${source.slice(0, 12)}:${id}`, type, data });
  const before = await books.held(key);
  if (before !== undefined && before.status !== 'running' && before.source === source) return before;
  const rows = statement.movements.length;
  // Another statement of the day is refused here.
  if (before?.source !== source) await say('start', 'StartReconciliation', { provider, day, source, rows });
  const theirs = addedUp(statement.movements);
  const ours = await ownSide(books, statement, theirs);
  const told = await toldBeside(books, statement);
  const { matched, elsewhere, differences } = compareStatement(theirs, ours, { day, told });
  const known = new Set(before?.differences.map(movementName));
  const fresh = differences.filter((one) => !known.has(movementName(one)));
  for (let at = 0; at < fresh.length; at += AT_ONCE)
    await say(`differences-${known.size + at}`, 'RecordDifferences', {
      differences: fresh.slice(at, at + AT_ONCE),
    });
  const names = new Set(elsewhere);
  await resolveOtherDays(
    books,
    statement,
    ours.filter((one) => names.has(movementName(one))),
  );
  await say('complete', 'CompleteReconciliation', { matched, elsewhere });
  const after = await books.held(key);
  if (after === undefined) throw new Error(`nothing is known of ${key}`);
  return after;
};
