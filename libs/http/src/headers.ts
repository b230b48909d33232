import type { Position } from '@orderloom/decider';
import { SLOTS } from '@orderloom/decider';
import { readSection, type SectionVersion } from '@orderloom/engine';
import { refuse } from './problem.ts';

type Header = string | string[] | undefined;

/** RFC 9651 string: printable ASCII in quotes, with \" and \\ for a quote and a backslash. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** What callers send who never read RFC 9651: printable ASCII without space, quote, comma or semicolon. */
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]+$/;
const KEY_LENGTH = 128;

const KEY = /^[\x20-\x7e]{1,128}$/;

/** Whether a text can be an idempotency key where it needs no quotes. */
export const isIdempotencyKey = (text: string): boolean => KEY.test(text);

/** The caller's idempotency key. Throws where it is missing or cannot be one. */
export const idempotencyKeyOf = (header: Header): string => {
  if (header === undefined) return refuse('idempotency-key-required', 'Idempotency-Key is missing');
  const text = String(header);
  const quoted = QUOTED.exec(text);
  const key = quoted ? (quoted[1] ?? '').replaceAll(/\\(["\\])/g, '$1') : BARE.test(text) ? text : '';
  if (key.length === 0 || key.length > KEY_LENGTH)
    return refuse(
      'invalid-header',
      `Idempotency-Key must be a text in quotes (or without quotes, spaces, commas and semicolons) of 1 to ${KEY_LENGTH} printable ASCII characters`,
    );
  return key;
};

const ETAG = /^"([\x21\x23-\x7e]*)"$/;
const VERSION = /^(0|[1-9]\d{0,14})$/;

/** The version that a command expects, of the stream or of a section; '*': any, but it must exist; `null`: not said. */
export const ifMatchOf = (header: Header): number | SectionVersion | '*' | null => {
  if (header === undefined) return null;
  if (header === '*') return '*';
  const tag = ETAG.exec(String(header))?.[1] ?? '';
  if (VERSION.test(tag)) return Number(tag);
  return (
    readSection(tag) ??
    refuse(
      'invalid-header',
      'If-Match must be one strong ETag as this server gives it ("7"), a section at its version ("receiver:3"), or *',
    )
  );
};

const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The tenant of a request; `main` where none is said. */
export const tenantOf = (header: Header): string => {
  if (header === undefined) return 'main';
  const name = String(header);
  if (!TENANT.test(name))
    return refuse('invalid-header', 'Tenant must be 1 to 64 letters, digits, dots, hyphens or underscores');
  return name;
};

/** The tenant of a request, and whether its header says it. */
export type SaidTenant = { readonly name: string; readonly isSaid: boolean };

export const saidTenantOf = (header: Header): SaidTenant => ({
  name: tenantOf(header),
  isSaid: header !== undefined,
});

const POSITION = /^(\d{1,4}):(\d{1,15})$/;

/** A position as text; opaque to callers. */
export const positionText = (position: Position): string => `${position.slot}:${position.sequence}`;

/** The position that an answer must show; `null`: not said. */
export const minPositionOf = (header: Header): Position | null => {
  if (header === undefined) return null;
  const match = POSITION.exec(String(header));
  const slot = Number(match?.[1] ?? SLOTS);
  if (slot >= SLOTS)
    return refuse('invalid-header', 'Min-Position must be a Position as this server gave it');
  return { slot, sequence: Number(match?.[2]) };
};

const MAX_WAIT_S = 10;
const WAIT = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?=[,;]|$)/i;

/** Seconds of `Prefer: wait=N`, at most 10; `null`: not said. What is not understood is ignored (RFC 7240). */
export const waitOf = (header: Header): number | null => {
  const seconds = header === undefined ? undefined : WAIT.exec(String(header))?.[1];
  return seconds === undefined ? null : Math.min(Number(seconds), MAX_WAIT_S);
};
