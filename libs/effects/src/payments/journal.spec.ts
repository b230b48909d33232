// What the journal keeps of a message in clear: what the protocol knows, and the digest of all of it. No secret and no name.
import { expect, test } from '@jest/globals';
import { validateEdge } from '@orderloom/wire';
import { noteOf, sha256Of } from './journal.ts';

const about = { provider: 'bank', kind: 'payment', reference: 'o1.2.bank.query', code: 'paid' };
const sealed = { subject: 'main/ann', keyId: 1, nonce: 'n', ciphertext: 'c' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what the protocol has is kept as it was, and everything else is left out and counted', () => {
  const came =
    '{"status":"paid","amount":1250,"currency":"EUR","payer":"Ann Smith","token":"s3cret","reason":"Ann"}';
  const sent = '{"call":"PUT /refunds/k","paymentId":"p-1","amount":1250}';
  expect(noteOf(about, { sent, received: bytes(came) }, sealed)).toEqual({
    ...about,
    sent,
    received: '{"status":"paid","amount":1250,"currency":"EUR"}',
    ...{ leftOut: 3, digest: sha256Of(bytes(came)), bytes: came.length, sealed },
  });
});

test('of what is no JSON, and of silence, there is nothing to keep', () => {
  const page = bytes('<html>Ann Smith</html>');
  expect(noteOf(about, { sent: null, received: page }, null)).toMatchObject({
    ...{ sent: null, received: null, leftOut: 0, digest: sha256Of(page), bytes: 22 },
  });
  expect(noteOf(about, { sent: null, received: null }, null)).toMatchObject({
    received: null,
    digest: null,
    bytes: 0,
  });
});

test('a member that looks like a card number is left out, and the exchange is noted all the same', () => {
  const came = '{"status":"paid","amount":1250,"paymentId":"4111111111111111"}';
  const sent = '{"call":"GET /payments/4111111111111111"}';
  const data = noteOf(about, { sent, received: bytes(came) }, sealed);
  expect(data).toMatchObject({ sent: '{}', received: '{"status":"paid","amount":1250}', leftOut: 1 });
  expect(validateEdge('journal', 'NoteExchange', { ...data, sealed: null })).toEqual([]);
});
