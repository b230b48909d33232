import { hash } from 'node:crypto';

// One-shot digests with a latin1 result (Node's name for it here is 'binary'): a digest as a Buffer costs five times the digest itself (allocation, GC).

/**
 * First 16 bytes of SHA-256(tenant, 0x00, command id), latin1: the key of the idempotency memory.
 * Ids that the engine made (`hops` above 0) have a space of their own: no caller can take one before it is used.
 */
export const commandHash = (tenant: string, commandId: string, hops: number): string =>
  hash('sha256', hops === 0 ? `${tenant}\0${commandId}` : `${tenant}\0\0${commandId}`, 'binary').slice(0, 16);

/** 48 bits of a command hash as a number: the hash part of an order id. */
export const hash48 = (commandHash: string): number => {
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + commandHash.charCodeAt(i);
  return value;
};

/** Id of the command that a process manager sends as its `index`-th reaction to an event; the same on every replay. */
export const sentCommandId = (eventId: string, index: number): string =>
  hash('sha256', `${eventId}#${String(index)}`, 'base64url').slice(0, 22);
