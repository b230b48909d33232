import type { WantedEvents } from '@orderloom/engine';
import type { FastifyRequest } from 'fastify';
import type { Edge } from '../edge.ts';
import type { EdgeEvents } from '../options.ts';
import { refuse } from '../problem.ts';
import { parametersOf } from '../read-query.ts';

/** From where on a reader listens, and to what. */
export type Listening = { readonly from: number; readonly wanted: WantedEvents };

/** What positions are signed for, beside their tenant. */
const EVENTS = 'events';
const NOW = 'now';

/** Writes a place in the log as readers of a tenant see it: opaque, and of no use to another tenant or engine. */
export const positionsOf =
  ({ cursors }: Edge, tenant: string) =>
  (index: number): string =>
    cursors.write(tenant, EVENTS, String(index));

/** Throws for a position that is not from here, and for one that the log has not reached. */
export const placeAt = ({ cursors }: Edge, tenant: string, said: string, head: number): number => {
  const index = cursors.read(tenant, EVENTS, said);
  if (index === undefined)
    return refuse('invalid-position', 'The position was changed, or is of another tenant or engine');
  if (Number(index) > head)
    return refuse('unknown-position', 'The log does not reach that position: it was set back');
  return Number(index);
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
export const listeningOf = (
  edge: Edge,
  request: FastifyRequest,
  events: EdgeEvents,
  tenant: string,
): Listening => {
  const said = parametersOf(request, ['after', 'stream', 'type']);
  const wanted = wantedOf(said, events, tenant);
  const last = request.headers['last-event-id'];
  // A browser that comes back sends the header by itself, beside the address of its first time.
  const place = last === undefined || last === '' ? said['after'] : String(last);
  const head = events.tail.head();
  if (place === undefined) return { from: 0, wanted };
  return { from: place === NOW ? head : placeAt(edge, tenant, place, head), wanted };
};
