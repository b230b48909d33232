// What was said between us and a provider, whole but for secrets, sealed with the key of the order's buyer.
import { isUtf8 } from 'node:buffer';
import { createHmac } from 'node:crypto';
import type { SealedExchange } from '@orderloom/domain';
import type { Exchange, KeyStore, SubjectKey } from '@orderloom/engine';
import { cannotOpen, decrypt, encrypt, NONCE_BYTES } from './cipher.ts';
import { masked } from './masking.ts';

/** More than any message of the protocol has; what is longer is cut, and says so. Bytes, for each direction. */
export const LONGEST_KEPT = 16_384;
/** Behind this nothing is looked at: masking takes time. */
const LOOKED_AT = 65_536;

/** The order that an exchange is about: it opens for this one, and no other. */
export type OrderName = { readonly tenant: string; readonly orderId: string };

/** Whose key seals what is said about an order. */
export type Owner = { readonly subject: string; readonly key: SubjectKey };

const FORM = 1;
const NOTHING = 0xffffffff;
const HEAD_BYTES = 9;

/** Not in the middle of a letter. */
const cutAt = (bytes: Buffer, most: number): Buffer => {
  let end = Math.min(most, bytes.length);
  while (end < bytes.length && end > most - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
};

/** What is kept of one message. */
const keptOf = (message: Uint8Array): Buffer => {
  const seen = cutAt(Buffer.from(message), LOOKED_AT);
  // Bytes that are no UTF-8 are letters of Latin 1 each, so that none is lost.
  const encoding = isUtf8(seen) ? 'utf8' : 'latin1';
  const clear = Buffer.from(masked(seen.toString(encoding)), encoding);
  if (seen.length === message.length && clear.length <= LONGEST_KEPT) return clear;
  const note = Buffer.from(`\n[cut: it has ${String(message.length)} bytes]`);
  return Buffer.concat([cutAt(clear, LONGEST_KEPT - note.length), note]);
};

const clearOf = ({ sent, received }: Exchange): Buffer => {
  const parts = [sent === null ? null : Buffer.from(sent), received].map((part) => part && keptOf(part));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(FORM, 0);
  for (const [at, part] of parts.entries()) head.writeUInt32BE(part?.length ?? NOTHING, 1 + 4 * at);
  return Buffer.concat([head, ...parts.map((part) => part ?? Buffer.alloc(0))]);
};

const exchangeIn = (clear: Buffer): Exchange => {
  if (clear[0] !== FORM) throw cannotOpen('the sealed exchange was written by a later build');
  const lengths = [clear.readUInt32BE(1), clear.readUInt32BE(5)];
  const [sentBytes = 0] = lengths.map((length) => (length === NOTHING ? 0 : length));
  const middle = HEAD_BYTES + sentBytes;
  return {
    sent: lengths[0] === NOTHING ? null : clear.toString('utf8', HEAD_BYTES, middle),
    received: lengths[1] === NOTHING ? null : clear.subarray(middle),
  };
};

const aboutOf = ({ tenant, orderId }: OrderName): Buffer => Buffer.from(`exchange/${tenant}/${orderId}`);

/**
 * Seals an exchange. The same exchange of the same order gives the same bytes, so that whoever notes it again says the same
 * command: its nonce is made of key and content, and no two contents share one.
 */
export const sealExchange = (
  { subject, key: { keyId, key } }: Owner,
  order: OrderName,
  exchange: Exchange,
): SealedExchange => {
  const clear = clearOf(exchange);
  const about = aboutOf(order);
  const hashed = createHmac('sha256', key).update(about).update('\0').update(clear).digest();
  const nonce = hashed.subarray(0, NONCE_BYTES);
  const ciphertext = encrypt(key, clear, { nonce, about });
  return { subject, keyId, nonce: nonce.toString('base64'), ciphertext: ciphertext.toString('base64') };
};

/**
 * Opens what `sealExchange` has sealed about this order; `undefined`: its key was erased. Throws `unreadable-sealed` where the
 * bytes are not what was sealed, or are of another order.
 */
export const openExchange = (
  keyStore: Pick<KeyStore, 'find'>,
  order: OrderName,
  { keyId, nonce, ciphertext }: SealedExchange,
): Exchange | undefined => {
  const found = keyStore.find(keyId);
  return (
    found &&
    exchangeIn(
      decrypt(found.key, {
        nonce: Buffer.from(nonce, 'base64'),
        ciphertext: Buffer.from(ciphertext, 'base64'),
        about: aboutOf(order),
      }),
    )
  );
};
