import { hash } from 'node:crypto';
import type { KeyStore } from '@orderloom/engine';

const BLOCK = 64;
const DIGEST = 32;
/** Tenants whose pads are kept; making them again costs microseconds. */
const MOST_TENANTS = 4096;

/**
 * HMAC-SHA-256 under one key, as two one-shot hashes over prepared pads: the same bytes as `createHmac` gives, at a
 * quarter of its price. The result is a latin1 string of 32 characters.
 */
export type KeyedHash = {
  readonly ofText: (text: string) => string;
  readonly ofBytes: (bytes: Uint8Array) => string;
};

/** `key` has at most 64 bytes. */
export const keyedHash = (key: Uint8Array): KeyedHash => {
  if (key.length > BLOCK) throw new TypeError(`a key may have ${BLOCK} bytes`);
  let inner = Buffer.alloc(1024);
  const outer = Buffer.alloc(BLOCK + DIGEST);
  for (let i = 0; i < BLOCK; i++) {
    inner[i] = (key[i] ?? 0) ^ 0x36;
    outer[i] = (key[i] ?? 0) ^ 0x5c;
  }

  const room = (length: number): void => {
    if (BLOCK + length <= inner.length) return;
    const larger = Buffer.alloc(2 * (BLOCK + length));
    inner.copy(larger, 0, 0, BLOCK);
    inner = larger;
  };
  const finish = (length: number): string => {
    outer.write(hash('sha256', inner.subarray(0, BLOCK + length), 'binary'), BLOCK, 'latin1');
    return hash('sha256', outer, 'binary');
  };

  return {
    ofText: (text) => {
      room(3 * text.length);
      return finish(inner.write(text, BLOCK, 'utf8'));
    },
    ofBytes: (bytes) => {
      room(bytes.length);
      inner.set(bytes, BLOCK);
      return finish(bytes.length);
    },
  };
};

const ofStores = new WeakMap<KeyStore, Map<string, KeyedHash>>();

/** The keyed hash of one tenant, prepared once. */
export const tenantHash = (keyStore: KeyStore, tenant: string): KeyedHash => {
  let ofTenants = ofStores.get(keyStore);
  if (!ofTenants) ofStores.set(keyStore, (ofTenants = new Map<string, KeyedHash>()));
  const known = ofTenants.get(tenant);
  if (known) return known;
  if (ofTenants.size >= MOST_TENANTS) ofTenants.clear();
  const made = keyedHash(keyStore.tokenKey(tenant));
  ofTenants.set(tenant, made);
  return made;
};
