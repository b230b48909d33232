import type { ParkedEvent } from '@orderloom/engine';
import type { FastifyRequest } from 'fastify';
import type { Cursors } from '../cursor.ts';
import { instantOf, instantText } from '../instant.ts';
import { membersOf, violation, type Members } from '../json-members.ts';
import { refuse } from '../problem.ts';
import type { Said } from './leases.ts';
import { turnPlaces, type TurnPlace } from './turn-place.ts';

const GROUP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A kind of failure: the name of an error, and its code. Whatever is longer quotes something. */
const REASON = /^[\x20-\x7e]{1,200}$/;
const MOST_AT_ONCE = 1_000;
const LONGEST_STREAM = 512;

export const isGroup = (name: string): boolean => GROUP.test(name);

const streamOf = (said: unknown, at: string, { tenant }: Owner): string =>
  typeof said === 'string' && said.startsWith(`${tenant}/`) && said.length <= LONGEST_STREAM
    ? said
    : violation(at, 'must be a stream of this tenant');

const eventOf = (said: Members, at: string, owner: Owner): { streamId: string; version: number } => {
  const { stream, version } = said;
  const streamId = streamOf(stream, `${at}/stream`, owner);
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    return violation(`${at}/version`, 'must be a version');
  return { streamId, version: version as number };
};

const parkedOf = (said: Members, at: string, owner: Owner): ParkedEvent => {
  const { reason, at: time } = said;
  const event = eventOf(said, at, owner);
  if (typeof reason !== 'string' || !REASON.test(reason))
    return violation(`${at}/reason`, 'must be 1 to 200 printable ASCII characters');
  const recordedAt = typeof time === 'string' ? instantOf(time) : undefined;
  if (recordedAt === undefined) return violation(`${at}/at`, 'must be an RFC 3339 instant');
  return { handler: owner.group, ...event, reason, recordedAt };
};

/** Each of a list; throws where it is none, or too long. */
const eachOf = <T>(said: unknown, at: string, read: (one: unknown, at: string) => T): readonly T[] => {
  if (said === undefined) return [];
  if (!Array.isArray(said) || said.length > MOST_AT_ONCE)
    return violation(at, `must be a list of at most ${MOST_AT_ONCE}`);
  return said.map((one: unknown, index) => read(one, `${at}/${index}`));
};

const membersIn = (said: unknown): Members =>
  typeof said === 'object' && said !== null ? (said as Members) : {};

type Owner = { readonly group: string; readonly tenant: string };
/** Reads a position of the turn that is spoken of. */
type ReadPlace = (said: unknown, at: string) => TurnPlace | undefined;

const placeReader =
  (cursors: Cursors, tenant: string, lease: string): ReadPlace =>
  (said, at) => {
    if (said === undefined) return undefined;
    if (typeof said !== 'string') return violation(at, 'must be the id of an event');
    return (
      turnPlaces(cursors, tenant, lease).read(said) ??
      refuse('invalid-position', 'The position was changed, or is of another lease, tenant or engine')
    );
  };

/** Throws a problem that points at what cannot be used. */
export const saidProgressOf = (
  request: FastifyRequest,
  { cursors, ...owner }: Owner & { readonly cursors: Cursors },
): Said => {
  const { lease, position, parked, released, redriven, over } = membersOf(request);
  if (typeof lease !== 'string') return violation('/lease', 'must be the lease that was given');
  if (over !== undefined && typeof over !== 'boolean') return violation('/over', 'must be true or false');
  const placeOf = placeReader(cursors, owner.tenant, lease);
  return {
    ...{ lease, group: owner.group, over: over === true },
    indexes: placeOf(position, '/position')?.indexes ?? new Map(),
    parked: eachOf(parked, '/parked', (one, at) => {
      const event = membersIn(one);
      return {
        event: parkedOf(event, at, owner),
        partition: placeOf(event['position'], `${at}/position`)?.at,
      };
    }),
    released: eachOf(released, '/released', (one, at) => eventOf(membersIn(one), at, owner)),
    redriven: eachOf(redriven, '/redriven', (one, at) => streamOf(one, at, owner)),
  };
};

/** A parked event as it is shown, and as it is said. */
export const presentParked = ({ streamId, version, reason, recordedAt }: ParkedEvent): object => ({
  ...{ stream: streamId, version, reason, at: instantText(recordedAt) },
});
