// Personal data, sealed at the edge before a command enters any log: AES-256-GCM with a key for each subject.
// Erasing a person is deleting that key; nothing in the log changes.
import { randomFillSync } from 'node:crypto';
import type { KeyStore } from '@orderloom/engine';
import type { Receiver, Sealed, SealedBlock } from '@orderloom/domain';
import { avroType } from './avro-type.ts';
import { cannotOpen, decrypt, encrypt, NONCE_BYTES } from './cipher.ts';
import { clearRecords } from './generated/avro.ts';
import { tenantHash } from './keyed-hash.ts';
import { searchTokens } from './search-tokens.ts';

const DIGEST_BYTES = 16;
/** The clear bytes begin with the start of their schema's fingerprint: a later build knows what it opens. */
const SCHEMA_BYTES = 4;

/** One call for random bytes serves this many nonces. */
const NONCES = 4096;
const nonces = Buffer.allocUnsafeSlow(NONCES * NONCE_BYTES);
let nonceAt = nonces.length;

const nextNonce = (): Buffer => {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonceAt += NONCE_BYTES;
  return Buffer.from(nonces.subarray(nonceAt - NONCE_BYTES, nonceAt));
};

const receiverRecords = clearRecords
  .filter(({ personal }) => personal === 'receiver')
  .map(({ fingerprint, schema }) => ({
    head: Buffer.from(fingerprint, 'hex').subarray(0, SCHEMA_BYTES),
    avro: avroType(schema),
  }));
const newest = receiverRecords[0];

let scratch = Buffer.allocUnsafeSlow(8192);

/** The clear bytes, in a buffer that the next call overwrites. */
const clearBytes = (receiver: Receiver): Buffer => {
  if (!newest) throw new TypeError('no clear record is declared for receivers');
  newest.head.copy(scratch);
  for (;;) {
    const end = newest.avro.encode(receiver, scratch, SCHEMA_BYTES);
    if (end >= 0) return scratch.subarray(0, end);
    scratch = Buffer.allocUnsafeSlow(2 * (scratch.length - end));
    newest.head.copy(scratch);
  }
};

/**
 * Seals a receiver with the subject's key. The same receiver gives another nonce and ciphertext each time, but the
 * same digest and tokens.
 */
export const sealReceiver = (
  keyStore: KeyStore,
  tenant: string,
  subject: string,
  receiver: Receiver,
): SealedBlock => {
  const { keyId, key } = keyStore.assign(subject);
  const clear = clearBytes(receiver);
  const digest = Buffer.from(tenantHash(keyStore, tenant).ofBytes(clear).slice(0, DIGEST_BYTES), 'latin1');
  const nonce = nextNonce();
  const ciphertext = encrypt(key, clear, { nonce });
  return { subject, keyId, nonce, ciphertext, digest, tokens: searchTokens(keyStore, tenant, receiver) };
};

/**
 * Opens what `sealReceiver` or an event holds; `undefined`: its key was erased.
 * Throws `unreadable-sealed` where the bytes are not what was sealed.
 */
export const openReceiver = (keyStore: KeyStore, sealed: Sealed): Receiver | undefined => {
  const found = keyStore.find(sealed.keyId);
  if (!found) return undefined;
  const { nonce, ciphertext } = sealed;
  const clear = decrypt(found.key, { nonce, ciphertext });
  const record = receiverRecords.find(({ head }) => head.equals(clear.subarray(0, SCHEMA_BYTES)));
  if (!record || !newest) throw cannotOpen('the sealed record was written by a later build');
  if (record.avro.bounds(clear, SCHEMA_BYTES, clear.length) !== clear.length)
    throw cannotOpen('the sealed bytes are no record');
  const resolver = record === newest ? undefined : newest.avro.type.createResolver(record.avro.type);
  return newest.avro.type.decode(clear, SCHEMA_BYTES, resolver).value as Receiver;
};
