import { createSecretKey, randomBytes } from 'node:crypto';
import type { KeyStore, SubjectKey } from '../ports/key-store.ts';

const KEY_BYTES = 32;

/** Keys that live as long as the process: for tests and for engines in memory. */
export const memoryKeyStore = (): KeyStore => {
  const bySubject = new Map<string, SubjectKey>();
  const byId = new Map<number, SubjectKey>();
  const tokenKeys = new Map<string, Uint8Array>();
  let lastId = 0;

  const make = (subject: string): SubjectKey => {
    lastId += 1;
    const made = { keyId: lastId, key: createSecretKey(randomBytes(KEY_BYTES)) };
    bySubject.set(subject, made);
    byId.set(made.keyId, made);
    return made;
  };

  return {
    assign: (subject) => bySubject.get(subject) ?? make(subject),
    find: (keyId) => byId.get(keyId),
    tokenKey: (tenant) => {
      const known = tokenKeys.get(tenant);
      if (known) return known;
      const made = randomBytes(KEY_BYTES);
      tokenKeys.set(tenant, made);
      return made;
    },
    erase: (subject) => {
      const key = bySubject.get(subject);
      if (!key) return false;
      bySubject.delete(subject);
      return byId.delete(key.keyId);
    },
    close: () => {
      bySubject.clear();
      byId.clear();
      tokenKeys.clear();
    },
  };
};
