import { describe, expect, test } from '@jest/globals';
import { slotOfOrderId } from '@orderloom/decider';
import { scenarios } from '@orderloom/testing';
import type {
  ChangeStagedData,
  EditCommand,
  EditEvent,
  StageChangeData,
} from '../messages/generated/edit.ts';
import { exampleOrder, NOON } from '../order/examples.ts';
import { units } from '../order/example-events.ts';
import { orderOfEdit, slotOfEdit } from './edit-key.ts';
import { editStreamType } from './edit-stream.ts';

const MINUTE = 60_000;
const key = `${exampleOrder.key}.a`;
const stream = { tenant: 'main', type: 'edit', key };
const given = scenarios(editStreamType, { stream, now: NOON, global: {} });

const nothing: StageChangeData = {
  ...{ buyerId: null, receiver: null, addNote: null, cancelOrder: null },
  ...{ holdOrder: null, releaseHold: null, extendDeadline: null, adjustCharges: null },
};
const stage = (said: Partial<StageChangeData>): EditCommand => ({
  type: 'StageChange',
  data: { ...nothing, ...said },
});
const staged = (number: number, said: Partial<ChangeStagedData>): EditEvent => ({
  type: 'ChangeStaged',
  data: { ...nothing, tokens: [], ...said, receiver: said.receiver ?? null, changeId: `change-${number}` },
});
const begin: EditCommand = { type: 'BeginEdit', data: { orderVersion: 3, minutes: 30 } };
const begun: EditEvent = { type: 'EditBegun', data: { orderVersion: 3, due: NOON + 30 * MINUTE } };
const note = { addNote: { text: 'rings twice' } };
const cancellation = { cancelOrder: { reason: 'too many', lines: units('a', 1) } };
const unstage = (changeId: string): EditCommand => ({ type: 'UnstageChange', data: { changeId } });
const commit: EditCommand = { type: 'CommitEdit', data: { orderVersion: 5 } };
const committed: EditEvent = { type: 'EditCommitted', data: { orderVersion: 5 } };
const discard: EditCommand = { type: 'DiscardEdit', data: {} };
const discarded: EditEvent = { type: 'EditDiscarded', data: {} };
const expire: EditCommand = { type: 'ExpireEdit', data: {} };
const expired: EditEvent = { type: 'EditExpired', data: {} };
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => 255 - index);

describe('an edit', () => {
  test('is begun once, and lasts until an instant', () => {
    given().when(begin).then(begun);
    given(begun).when(begin).thenRejected('edit-status');
    given().when(stage(note)).thenRejected('unknown-edit', { kind: 'missing' });
    const due = (...events: EditEvent[]) => editStreamType.nextDeadline?.(given(...events).state);
    expect(due(begun)).toEqual({ name: 'edit', due: NOON + 30 * MINUTE, command: expire });
    expect([due(begun, committed), due(begun, discarded), due()]).toEqual([undefined, undefined, undefined]);
  });

  test('names its changes, and never gives a name twice', () => {
    given(begun).when(stage(note)).then(staged(1, note));
    const left: EditEvent = { type: 'ChangeUnstaged', data: { changeId: 'change-2' } };
    given(begun, staged(1, note), staged(2, note)).when(unstage('change-2')).then(left);
    given(begun, staged(1, note), staged(2, note), left)
      .when(stage(cancellation))
      .then(staged(3, cancellation));
    given(begun).when(unstage('change-1')).thenRejected('unknown-change', { pointer: '/changeId' });
  });

  test('has changes of one kind each, and twenty at most', () => {
    given(begun).when(stage({})).thenRejected('not-one-change', { pointer: '' });
    given(begun)
      .when(stage({ ...note, ...cancellation }))
      .thenRejected('not-one-change', { pointer: '/cancelOrder' });
    const many = Array.from({ length: 20 }, (_, index) => staged(index + 1, note));
    given(begun, ...many)
      .when(stage(note))
      .thenRejected('too-many-changes');
  });

  test.each<[string, Partial<StageChangeData>]>([
    ['/addNote/text', { addNote: { text: 'call +49 170 1234567' } }],
    ['/cancelOrder/reason', { cancelOrder: { reason: 'ann@example.org wants it', lines: null } }],
    ['/holdOrder/reason', { holdOrder: { holdId: null, reason: 'ask ann@example.org' } }],
    [
      '/extendDeadline/reason',
      { extendDeadline: { deadline: 'payment', byMs: MINUTE, reason: 'ask ann@example.org' } },
    ],
  ])('keeps nothing personal in clear: %s', (pointer, change) => {
    given(begun).when(stage(change)).thenRejected('personal-data', { pointer });
  });

  test('is committed where there is something in it, discarded, or over; and stays so', () => {
    given(begun).when(commit).thenRejected('nothing-staged');
    given(begun, staged(1, note)).when(commit).then(committed);
    given(begun, staged(1, note)).when(discard).then(discarded);
    given(begun, staged(1, note))
      .when(expire, NOON + 30 * MINUTE)
      .then(expired);
    for (const end of [committed, discarded, expired])
      for (const command of [begin, stage(note), unstage('change-1'), commit, discard, expire])
        given(begun, staged(1, note), end).when(command).thenRejected('edit-status');
  });

  test('lies in the slot of its order', () => {
    expect([orderOfEdit(key), slotOfEdit(key)]).toEqual([exampleOrder.key, slotOfOrderId(exampleOrder.key)]);
    expect(['', 'a', `${exampleOrder.key}.`, `${key}.b`, `${key} b`].map(slotOfEdit)).toEqual(
      Array.from({ length: 5 }),
    );
  });
});

describe('the order of an edit', () => {
  const order = { type: 'order', key: exampleOrder.key };

  test('is at the version that was looked at when it is begun', () => {
    const guards = editStreamType.commands.BeginEdit.guards?.(
      { orderVersion: 3, minutes: 30 },
      stream,
      'c',
      given().state,
    );
    expect(guards).toEqual([{ to: order, expectedVersion: 3 }]);
  });

  test('has every change when it is committed, in turn, and says which it refuses', () => {
    const { state } = given(begun, staged(1, note), staged(2, cancellation));
    expect(editStreamType.commands.CommitEdit.guards?.({ orderVersion: 5 }, stream, 'c', state)).toEqual([
      { to: order, expectedVersion: 5 },
      { to: order, command: { type: 'AddNote', data: note.addNote }, at: '/changes/0/data' },
      { to: order, command: { type: 'CancelOrder', data: cancellation.cancelOrder }, at: '/changes/1/data' },
    ]);
  });

  test('gets the receiver as it was sealed', () => {
    const sealed = { subject: 'ann', keyId: 3, nonce: bytes(12), ciphertext: bytes(256) };
    const receiver = { ...sealed, digest: bytes(16), tokens: [bytes(8)] };
    const kept = staged(1, { buyerId: 'ann', receiver: sealed, tokens: [bytes(8)] });
    given(begun)
      .when(stage({ buyerId: 'ann', receiver }))
      .then(kept);
    const { state } = given(begun, kept);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    const guards = editStreamType.commands.CommitEdit.guards?.({ orderVersion: 5 }, stream, 'c', state);
    expect(guards?.[1]?.command).toEqual({
      type: 'EditReceiver',
      data: { buyerId: 'ann', receiver: { ...sealed, digest: bytes(0), tokens: [bytes(8)] } },
    });
  });
});

describe('explain lists exactly the legal commands of an edit', () => {
  const commands: readonly EditCommand[] = [begin, stage(note), unstage('change-1'), commit, discard];
  const pasts: readonly (readonly EditEvent[])[] = [
    [],
    [begun],
    [begun, staged(1, note)],
    [begun, staged(1, note), committed],
    [begun, discarded],
    [begun, expired],
  ];
  test.each(pasts.map((past) => [past.at(-1)?.type ?? 'nothing', past] as const))('after %s', (_, past) => {
    const legal = commands.filter((command) => given(...past).when(command).decision.outcome === 'accepted');
    expect(editStreamType.explain(given(...past).state, {}).allowedCommands).toEqual(
      legal.map(({ type }) => type),
    );
  });
});
