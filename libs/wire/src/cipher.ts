import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { EngineError } from '@orderloom/engine';

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;
export const NONCE_BYTES = 12;

/** What is encrypted under one nonce, and what it has to be opened with beside the key. */
export type Encrypted = {
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** What it is about, in clear; left out: it stands for itself. */
  readonly about?: Uint8Array;
};

/** AES-256-GCM, the tag at the end. Never two clear texts under one nonce. */
export const encrypt = (
  key: KeyObject,
  clear: Uint8Array,
  { nonce, about }: Omit<Encrypted, 'ciphertext'>,
): Buffer => {
  const cipher = createCipheriv(CIPHER, key, nonce);
  if (about !== undefined) cipher.setAAD(about);
  const ciphertext = Buffer.allocUnsafe(clear.length + TAG_BYTES);
  ciphertext.set(cipher.update(clear), 0);
  cipher.final();
  ciphertext.set(cipher.getAuthTag(), clear.length);
  return ciphertext;
};

export const cannotOpen = (message: string, cause?: unknown): EngineError =>
  new EngineError('unreadable-sealed', message, { retryable: false, cause });

/** Throws `unreadable-sealed` where the bytes are not what was encrypted with this key, or are about something else. */
export const decrypt = (key: KeyObject, { nonce, ciphertext, about }: Encrypted): Buffer => {
  try {
    const end = ciphertext.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    if (about !== undefined) decipher.setAAD(about);
    decipher.setAuthTag(ciphertext.subarray(end));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
  } catch (cause) {
    throw cannotOpen('the sealed bytes were changed, or belong to another key', cause);
  }
};
