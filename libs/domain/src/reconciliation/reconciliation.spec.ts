import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { ReconciliationCommand, ReconciliationEvent } from '../messages/generated/reconciliation.ts';
import { addedUp, compareStatement, type Movement, type OwnMovement } from './compare.ts';
import { reconciliationStreamType } from './reconciliation-stream.ts';

const DAY = '2026-11-27';
const given = scenarios(reconciliationStreamType, {
  stream: { tenant: 'main', type: 'reconciliation', key: `${DAY}.acme` },
  ...{ now: 1_000, global: {}, actor: 'ann' },
});

const statement = { provider: 'acme', day: DAY, source: 'ab'.repeat(32), rows: 3 };
const start: ReconciliationCommand = { type: 'StartReconciliation', data: statement };
const started: ReconciliationEvent = { type: 'ReconciliationStarted', data: statement };
const difference = (paymentId: string) => ({
  ...{ kind: 'missing-here', moved: 'paid', paymentId, orderId: null },
  ...{ theirs: 5, theirCurrency: 'EUR', ours: null, ourCurrency: null },
});
const differences = [difference('p-1'), difference('p-2')];
const record: ReconciliationCommand = { type: 'RecordDifferences', data: { differences } };
const found: ReconciliationEvent = { type: 'DifferencesFound', data: { differences } };
const end = { matched: 1, elsewhere: [] };
const complete: ReconciliationCommand = { type: 'CompleteReconciliation', data: end };
const completed: ReconciliationEvent = { type: 'ReconciliationCompleted', data: end };
const settling = (n: number) => ({ differenceId: `difference-${n}`, how: 'late', reason: 'told next day' });
const resolve = (n: number): ReconciliationCommand => ({ type: 'ResolveDifference', data: settling(n) });
const resolved = (n: number): ReconciliationEvent => ({ type: 'DifferenceResolved', data: settling(n) });

describe('a statement', () => {
  test('is held against the orders, and waits for what it differs in', () => {
    given().when(start).then(started);
    given(started).when(record).then(found);
    given(started, found).when(complete).then(completed);
    expect(given(started, found, completed).state).toMatchObject({ status: 'open', matched: 1 });
  });

  test('is settled at once where nothing differs, else with the last difference', () => {
    expect(given(started, completed).state.status).toBe('settled');
    given(started, found, completed).when(resolve(1)).then(resolved(1));
    expect(given(started, found, completed, resolved(1)).state.status).toBe('open');
    expect(given(started, found, completed, resolved(1), resolved(2)).state.status).toBe('settled');
    expect(given(started, found, resolved(1), resolved(2)).state.status).toBe('running');
  });

  test('is looked at once', () => {
    given(started).when(start).thenRejected('reconciliation-begun');
    const other: ReconciliationCommand = {
      type: 'StartReconciliation',
      data: { ...statement, source: 'cd'.repeat(32) },
    };
    given(started, completed).when(other).thenRejected('other-statement');
    given(started, completed).when(record).thenRejected('reconciliation-over');
    given().when(record).thenRejected('unknown-reconciliation', { kind: 'missing' });
    const misplaced: ReconciliationCommand = {
      type: 'StartReconciliation',
      data: { ...statement, day: '2026-11-28' },
    };
    given().when(misplaced).thenRejected('misplaced-statement', { pointer: '/day' });
  });

  test('differs in each movement once, and each is settled once', () => {
    given(started, found)
      .when(record)
      .thenRejected('difference-known', { pointer: '/differences/0/paymentId' });
    const twice: ReconciliationCommand = {
      type: 'RecordDifferences',
      data: { differences: [difference('p-9'), difference('p-9')] },
    };
    given(started).when(twice).thenRejected('difference-known', { pointer: '/differences/1/paymentId' });
    given(started, found, resolved(1)).when(resolve(1)).thenRejected('difference-resolved');
    given(started, found).when(resolve(3)).thenRejected('unknown-difference', { pointer: '/differenceId' });
  });
});

describe('explain lists exactly the legal commands of a statement', () => {
  const commands: readonly ReconciliationCommand[] = [
    ...[start, complete, resolve(1)],
    { type: 'RecordDifferences', data: { differences: [difference('p-7')] } },
  ];
  const pasts: readonly (readonly ReconciliationEvent[])[] = [
    ...[[], [started], [started, found], [started, completed], [started, found, completed]],
  ];
  test.each(pasts.map((past) => [past.at(-1)?.type ?? 'nothing', past] as const))('after %s', (_, past) => {
    const legal = commands.filter((command) => given(...past).when(command).decision.outcome === 'accepted');
    expect([...reconciliationStreamType.explain(given(...past).state, {}).allowedCommands].sort()).toEqual(
      legal.map(({ type }) => type).sort(),
    );
  });
});

describe('a comparison', () => {
  const paid = (paymentId: string, amount: number, currency = 'EUR'): Movement => ({
    ...{ moved: 'paid', paymentId, amount, currency },
  });
  const own = (one: Movement, day = DAY): OwnMovement => ({ ...one, orderId: 'o-1', day });
  const on = { day: DAY, told: new Set<string>() };

  test('finds what is missing on either side, and what is not over the same', () => {
    const theirs = [paid('p-1', 5), paid('p-2', 5), paid('p-3', 5), paid('p-4', 5)];
    const ours = [paid('p-1', 5), paid('p-2', 6), paid('p-3', 5, 'USD'), paid('p-5', 5)].map((one) =>
      own(one),
    );
    const { matched, differences } = compareStatement(theirs, ours, on);
    expect(matched).toBe(1);
    expect(differences.map(({ kind, paymentId }) => [kind, paymentId])).toEqual([
      ...[
        ['amount-differs', 'p-2'],
        ['amount-differs', 'p-3'],
      ],
      ...[
        ['missing-here', 'p-4'],
        ['missing-there', 'p-5'],
      ],
    ]);
  });

  test('adds up what one payment has brought in parts', () => {
    const theirs = addedUp([paid('p-2', 1), paid('p-1', 3), paid('p-1', 4)]);
    expect(theirs).toEqual([paid('p-1', 7), paid('p-2', 1)]);
    expect(compareStatement(theirs, [own(paid('p-1', 7)), own(paid('p-2', 1))], on).differences).toEqual([]);
  });

  test('takes for known what the orders have on another day, or another statement has told', () => {
    const before = own(paid('p-1', 5), '2026-11-26');
    expect(compareStatement([paid('p-1', 5)], [before], on)).toEqual({
      ...{ matched: 1, elsewhere: ['paid p-1'], differences: [] },
    });
    expect(compareStatement([], [before], on).differences).toEqual([]);
    const told = { day: DAY, told: new Set(['paid p-2']) };
    expect(compareStatement([], [own(paid('p-2', 5))], told).differences).toEqual([]);
  });
});
