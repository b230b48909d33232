import { hasReached, type EventTail, type TailPlace, type WantedEvents } from '@orderloom/engine';
import type { FastifyRequest } from 'fastify';
import type { Edge } from '../edge.ts';
import type { EdgeEvents } from '../options.ts';
import { refuse } from '../problem.ts';
import { parametersOf } from '../read-query.ts';

/** From where on a reader listens, and to what. */
export type Listening = { readonly from: TailPlace; readonly wanted: WantedEvents };

/** What positions are signed for, beside their tenant. */
const EVENTS = 'events';
const NOW = 'now';

/** The digits of an index: a place in many partitions is to be a short text. */
const DIGITS = 36;

const textOf = (place: TailPlace): string => place.map((index) => index.toString(DIGITS)).join('.');
const placeIn = (text: string): TailPlace => text.split('.').map((index) => Number.parseInt(index, DIGITS));

/** Writes a place in the log as readers of a tenant see it: opaque, and of no use to another tenant or engine. */
export const positionsOf =
  ({ cursors }: Edge, tenant: string) =>
  (place: TailPlace): string =>
    cursors.write(tenant, EVENTS, textOf(place));

/** Throws for a position that is not from here, and for one that the log has not reached. */
const placeAt = async (
  { cursors }: Edge,
  { tail, tenant }: { readonly tail: EventTail; readonly tenant: string },
  said: string,
): Promise<TailPlace> => {
  const text = cursors.read(tenant, EVENTS, said);
  const place = text === undefined ? [] : placeIn(text);
  if (place.length < tail.partitions)
    return refuse('invalid-position', 'The position was changed, or is of another tenant, engine or log');
  if (!hasReached(await tail.head(), place))
    return refuse('unknown-position', 'The log does not reach that position: it was set back');
  return place;
};

const oneOf = (name: string, said: string, known: readonly string[]): string =>
  known.includes(said) ? said : refuse('invalid-query', `${name} is one of ${known.join(', ')}`);

/** Which events a query asks for; throws where there are none of that kind. */
export const wantedOf = (
  said: Readonly<Record<string, string>>,
  { types }: EdgeEvents,
  tenant: string,
): WantedEvents => {
  const streams = Object.keys(types);
  const streamType = said['stream'] === undefined ? undefined : oneOf('stream', said['stream'], streams);
  const known = (streamType === undefined ? streams : [streamType]).flatMap((name) => types[name] ?? []);
  const wanted = said['type']?.split(',').map((type) => oneOf('type', type, known));
  return {
    tenant,
    ...(streamType !== undefined && { streamType }),
    ...(wanted !== undefined && { types: wanted }),
  };
};

/** What a request for the live events asks for; throws where it cannot be had. */
export const listeningOf = async (
  edge: Edge,
  request: FastifyRequest,
  events: EdgeEvents,
  tenant: string,
): Promise<Listening> => {
  const said = parametersOf(request, ['after', 'stream', 'type']);
  const wanted = wantedOf(said, events, tenant);
  const last = request.headers['last-event-id'];
  // A browser that comes back sends the header by itself, beside the address of its first time.
  const place = last === undefined || last === '' ? said['after'] : String(last);
  const { tail } = events;
  if (place === undefined) return { from: Array.from({ length: tail.partitions }, () => 0), wanted };
  return { from: place === NOW ? await tail.head() : await placeAt(edge, { tail, tenant }, place), wanted };
};
