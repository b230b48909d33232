import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { orderPlaced, paid, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import { orderSections } from '../sections.ts';

const bytes = (n: number) => new Uint8Array(n).fill(7);
const sealed = { subject: 'ann', keyId: 3, nonce: bytes(12), ciphertext: bytes(40) };
const edit = (buyerId: string | null = 'ann') =>
  ({
    type: 'EditReceiver',
    data: { buyerId, receiver: { ...sealed, digest: bytes(16), tokens: [bytes(8)] } },
  }) as const;
const edited = { type: 'ReceiverEdited', data: { receiver: sealed, tokens: [bytes(8)] } } as const;
const note = (text: string) => ({ type: 'AddNote', data: { text } }) as const;
const noted = (text: string) => ({ type: 'NoteAdded', data: { text } }) as const;
const all = units('a', 2, 'b', 1);

describe.each([tableStepper, xstateStepper])('editing, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: exampleTenant() });

  it('gets another receiver, sealed, with new tokens and without the digest', () => {
    given(orderPlaced()).when(edit()).then(edited);
  });

  it('gets another receiver as long as something of it has not left', () => {
    given(orderPlaced(), paid(), shipped('p1', units('a', 2)))
      .when(edit())
      .then(edited);
    given(orderPlaced(), paid(), shipped('p1', all, true))
      .when(edit())
      .thenRejected('not-allowed-now');
  });

  it('takes no receiver that another key than its buyer’s has sealed', () => {
    for (const stranger of ['bob', null])
      given(orderPlaced())
        .when(edit(stranger))
        .thenRejected('buyer-mismatch', { kind: 'content', pointer: '/buyerId' });
    given(orderPlaced({ buyerId: null }))
      .when(edit(null))
      .then(edited);
  });

  it('is noted upon at any time', () => {
    given(orderPlaced()).when(note('rings twice')).then(noted('rings twice'));
    given(orderPlaced(), paid(), shipped('p1', all, true))
      .when(note('asks where it is'))
      .then(noted('asks where it is'));
  });

  it.each(['write to Ann@example.org', 'call +49 170 1234567', 'call +491701234567!'])(
    'takes no note with somebody in it: %s',
    (text) => {
      given(orderPlaced())
        .when(note(text))
        .thenRejected('personal-data', { kind: 'content', pointer: '/text' });
    },
  );

  it.each(['2 + 3 units', 'tracking 00340434161094042557', 'late @ the door', 'v1.2 @home', '+12 eur'])(
    'takes a note with nobody in it: %s',
    (text) => {
      given(orderPlaced()).when(note(text)).then(noted(text));
    },
  );

  it('has a version for each part that was touched', () => {
    const { state } = given(orderPlaced(), noted('x'), paid(), edited, noted('y'));
    expect(orderSections(state)).toEqual({ payment: 3, fulfilment: 1, receiver: 4, note: 5 });
    expect(orderSections(given(orderPlaced()).state)).toEqual({
      ...{ payment: 1, fulfilment: 1, receiver: 1, note: 1 },
    });
    expect(orderSections(given().state)).toEqual({ payment: 0, fulfilment: 0, receiver: 0, note: 0 });
  });

  it('has its receiver edited upon a version of the receiver', () => {
    const { EditReceiver, AddNote } = order.commands;
    expect(EditReceiver.decidesOn?.(edit().data)).toBe('receiver');
    expect(AddNote.decidesOn).toBeUndefined();
  });
});
