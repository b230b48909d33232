import type { KeyObject } from 'node:crypto';

/** Key material of one data subject; deleting it makes everything sealed with it unreadable for ever. */
export type SubjectKey = { readonly keyId: number; readonly key: KeyObject };

/**
 * Keys live apart from the log and outside its backups.
 * `assign` draws from a pool of keys that were durable before, so it never waits for the disk;
 * the assignment itself is recorded in the event that first uses it.
 */
export type KeyStore = {
  /** The subject's key, assigned now if it has none. */
  readonly assign: (subject: string) => SubjectKey;
  /** The key by its id; `undefined` once erased. */
  readonly find: (keyId: number) => SubjectKey | undefined;
  /** 32 bytes for keyed search tokens and keyed digests of one tenant; the same for ever. */
  readonly tokenKey: (tenant: string) => Uint8Array;
  /** Deletes the subject's keys; true if there was one. */
  readonly erase: (subject: string) => boolean;
  readonly close: () => void;
};
