import type { ParkedEvent } from '@orderloom/engine';
import type { FastifyRequest } from 'fastify';
import { instantOf, instantText } from '../instant.ts';
import { membersOf, violation } from '../json-members.ts';

const GROUP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A kind of failure: the name of an error, and its code. Whatever is longer quotes something. */
const REASON = /^[\x20-\x7e]{1,200}$/;
const MOST_PARKED = 1_000;

/** What a reader of a group says of its progress, before its position is looked at. */
export type SaidProgress = {
  readonly lease: string;
  readonly position: string | undefined;
  readonly parked: readonly ParkedEvent[];
};

export const isGroup = (name: string): boolean => GROUP.test(name);

const parkedOf = (said: unknown, at: string, { group, tenant }: Owner): ParkedEvent => {
  const { stream, version, reason, at: time } = (said ?? {}) as Record<string, unknown>;
  if (typeof stream !== 'string' || !stream.startsWith(`${tenant}/`) || stream.length > 512)
    return violation(`${at}/stream`, 'must be a stream of this tenant');
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    return violation(`${at}/version`, 'must be a version');
  if (typeof reason !== 'string' || !REASON.test(reason))
    return violation(`${at}/reason`, 'must be 1 to 200 printable ASCII characters');
  const recordedAt = typeof time === 'string' ? instantOf(time) : undefined;
  if (recordedAt === undefined) return violation(`${at}/at`, 'must be an RFC 3339 instant');
  return { handler: group, streamId: stream, version: version as number, reason, recordedAt };
};

type Owner = { readonly group: string; readonly tenant: string };

/** Throws a problem that points at what cannot be used. */
export const saidProgressOf = (request: FastifyRequest, owner: Owner): SaidProgress => {
  const { lease, position, parked = [] } = membersOf(request);
  if (typeof lease !== 'string') return violation('/lease', 'must be the lease that was given');
  if (position !== undefined && typeof position !== 'string')
    return violation('/position', 'must be the id of an event');
  if (!Array.isArray(parked) || parked.length > MOST_PARKED)
    return violation('/parked', `must be a list of at most ${MOST_PARKED}`);
  return {
    ...{ lease, position },
    parked: parked.map((one: unknown, at) => parkedOf(one, `/parked/${at}`, owner)),
  };
};

/** A parked event as it is shown, and as it is said. */
export const presentParked = ({ streamId, version, reason, recordedAt }: ParkedEvent): object => ({
  ...{ stream: streamId, version, reason, at: instantText(recordedAt) },
});
