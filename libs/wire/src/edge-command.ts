import { hash } from 'node:crypto';
import type { KeyStore, Violation } from '@orderloom/engine';
import type { Receiver } from '@orderloom/domain';
import { personalFields } from './generated/json-schemas.ts';
import { sealReceiver } from './sealing.ts';
import { markChecked, validateEdge } from './validation.ts';

/** A command as the engine takes it, or what is wrong with it. */
export type EdgeCommand =
  | { readonly outcome: 'valid'; readonly data: object }
  | { readonly outcome: 'invalid'; readonly violations: readonly Violation[] };

/** Whose data a command carries, and who keeps the keys. */
export type Sealer = { readonly keyStore: KeyStore; readonly tenant: string; readonly commandId: string };

const SUBJECT = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;

/**
 * The data subject whose key seals a command: the buyer within the tenant, or the one guest of this command.
 * Names that a subject cannot hold stand in it by their hash.
 */
export const subjectOf = (tenant: string, buyerId: string | null, commandId: string): string => {
  const person = buyerId === null ? `guest-${commandId}` : buyerId;
  const subject = `${tenant}/${person}`;
  return SUBJECT.test(subject) ? subject : `sha256:${hash('sha256', subject, 'hex')}`;
};

/**
 * Takes a command from outside: validates `body` (and fills its defaults in), then seals what is personal.
 * The violations name no value.
 */
export const edgeCommand = (streamType: string, type: string, body: unknown, sealer: Sealer): EdgeCommand => {
  const violations = validateEdge(streamType, type, body);
  if (violations.length > 0) return { outcome: 'invalid', violations };
  const fields = personalFields[streamType]?.[type];
  if (!fields) {
    markChecked(body as object);
    return { outcome: 'valid', data: body as object };
  }
  const { keyStore, tenant, commandId } = sealer;
  const data: Record<string, unknown> = { ...(body as object) };
  const buyerId = typeof data['buyerId'] === 'string' ? data['buyerId'] : null;
  const subject = subjectOf(tenant, buyerId, commandId);
  for (const name of Object.keys(fields)) {
    // Every personal field is a receiver: the only clear record there is.
    if (data[name] !== null) data[name] = sealReceiver(keyStore, tenant, subject, data[name] as Receiver);
  }
  markChecked(data);
  return { outcome: 'valid', data };
};
