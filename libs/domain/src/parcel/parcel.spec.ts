import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { ParcelCommand, ParcelEvent } from '../messages/generated/parcel.ts';
import { parcelStreamType } from './parcel-stream.ts';

const stream = { tenant: 'main', type: 'parcel', key: 'P1' };
const given = scenarios(parcelStreamType, { stream, now: 1_000, global: {} });

const contents = [
  { orderId: 'o1', lineId: 'a', quantity: 2 },
  { orderId: 'o2', lineId: 'a', quantity: 1 },
  { orderId: 'o1', lineId: 'b', quantity: 3 },
];
const created: ParcelEvent = { type: 'ParcelCreated', data: { contents, weightGrams: 400 } };
const dispatched: ParcelEvent = { type: 'ParcelDispatched', data: { carrier: 'post', trackingNumber: 'T1' } };
const delivered: ParcelEvent = { type: 'ParcelDelivered', data: {} };
const refused: ParcelEvent = {
  type: 'ParcelContentRefused',
  data: { orderId: 'o2', told: 'ShipLines', code: 'order-cancelled' },
};
const failed = (attempt: number): ParcelEvent => ({
  type: 'ParcelAttemptFailed',
  data: { attempt, reason: 'closed' },
});
const dispatch: ParcelCommand = { type: 'DispatchParcel', data: { carrier: 'post', trackingNumber: 'T1' } };
const fail: ParcelCommand = { type: 'RecordFailedAttempt', data: { reason: 'closed' } };
const confirm: ParcelCommand = { type: 'ConfirmParcelDelivery', data: {} };
const toOrder = (key: string, type: string, data: object) => ({
  to: { type: 'order', key },
  command: { type, data },
});

describe('a parcel', () => {
  test('is packed once', () => {
    given()
      .when({ type: 'CreateParcel', data: { contents, weightGrams: 400 } })
      .then(created);
    given(created)
      .when({ type: 'CreateParcel', data: { contents, weightGrams: 400 } })
      .thenRejected('parcel-exists');
  });

  test('names a line of an order once', () => {
    const twice = [...contents, { orderId: 'o2', lineId: 'a', quantity: 1 }];
    given()
      .when({ type: 'CreateParcel', data: { contents: twice, weightGrams: null } })
      .thenRejected('repeated-content', { pointer: '/contents/3' });
  });

  test('leaves, and tells each order what of it was shipped', () => {
    given(created).when(dispatch).then(dispatched);
    given(created, dispatched).thenSends(
      toOrder('o1', 'ShipLines', {
        parcelId: 'P1',
        lines: [
          { lineId: 'a', quantity: 2 },
          { lineId: 'b', quantity: 3 },
        ],
      }),
      toOrder('o2', 'ShipLines', { parcelId: 'P1', lines: [{ lineId: 'a', quantity: 1 }] }),
    );
  });

  test('counts the attempts that failed', () => {
    given(created, dispatched, failed(1)).when(fail).then(failed(2));
  });

  test('arrives, and tells each order', () => {
    given(created, dispatched, failed(1)).when(confirm).then(delivered);
    given(created, dispatched, delivered).thenSends(
      toOrder('o1', 'ConfirmDelivery', { parcelId: 'P1' }),
      toOrder('o2', 'ConfirmDelivery', { parcelId: 'P1' }),
    );
  });

  test('notes an order that did not accept its shipment, and does not tell it of the delivery', () => {
    given(created, dispatched).when({ type: 'RecordContentRefused', data: refused.data }).then(refused);
    given(created, dispatched, refused, delivered).thenSends(
      toOrder('o1', 'ConfirmDelivery', { parcelId: 'P1' }),
    );
  });

  test('hears of a refusal from the order that refused', () => {
    const rejection = { code: 'order-cancelled', reason: '', kind: 'state' } as const;
    const order = { tenant: 'main', type: 'order', key: 'o2' };
    expect(parcelStreamType.onRefused?.['ShipLines']?.({}, rejection, order)).toEqual({
      type: 'RecordContentRefused',
      data: refused.data,
    });
  });

  test('that nobody packed is not known', () => {
    given().when(dispatch).thenRejected('unknown-parcel', { kind: 'missing' });
    given().when(confirm).thenRejected('unknown-parcel');
  });
});

describe('explain lists exactly the legal commands of a parcel', () => {
  const commands: readonly ParcelCommand[] = [
    { type: 'CreateParcel', data: { contents, weightGrams: null } },
    dispatch,
    fail,
    confirm,
  ];
  const pasts: readonly (readonly ParcelEvent[])[] = [
    [],
    [created],
    [created, dispatched],
    [created, dispatched, delivered],
  ];
  test.each(pasts.map((past) => [past.at(-1)?.type ?? 'nothing', past] as const))('after %s', (_, past) => {
    const legal = commands.filter((command) => given(...past).when(command).decision.outcome === 'accepted');
    expect(parcelStreamType.explain(given(...past).state, {}).allowedCommands).toEqual(
      legal.map(({ type }) => type),
    );
  });
});
