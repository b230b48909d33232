import { eventIdOf, type RecordedEvent, type StreamRef } from '@orderloom/decider';
import { traceOf, type Trace } from '@orderloom/engine';
import type { Edge } from './edge.ts';
import { instantText } from './instant.ts';
import { refuse } from './problem.ts';
import { notInViews } from './read-query.ts';

/** Each command with what it has become, in the order of its first event. One that was refused has left nothing. */
const commandsOf = (events: readonly RecordedEvent[]): readonly object[] => {
  const byId = new Map<string, readonly RecordedEvent[]>();
  for (const event of events) byId.set(event.commandId, [...(byId.get(event.commandId) ?? []), event]);
  return [...byId].map(([commandId, [first, ...more]]) => ({
    commandId,
    causation: first?.causation ?? null,
    root: first?.root ?? commandId,
    actor: first?.actor ?? null,
    channel: first?.channel ?? null,
    events: [first, ...more].flatMap((event) => (event === undefined ? [] : [eventIdOf(event)])),
  }));
};

const shown = ({ presentEvent }: Edge, orderId: string, { events, timers, unfound, isCut }: Trace) => ({
  orderId,
  commands: commandsOf(events),
  events: events.map((event) => ({
    stream: `${event.stream.type}/${event.stream.key}`,
    event: presentEvent(event),
  })),
  timers: timers.map(({ name, due, setBy, endedBy }) => ({ name, due: instantText(due), setBy, endedBy })),
  unfound: unfound.map(({ stream, cause, count }) => ({
    ...{ stream: `${stream.type}/${stream.key}`, cause, commands: count },
  })),
  isWhole: !isCut,
});

/** Everything that belongs to an order. Throws the problem where there is none. */
export const traceAnswer = async (edge: Edge, stream: StreamRef): Promise<object> => {
  const { engine, traced } = edge;
  if (traced === undefined) return refuse('not-available', 'The trace of an order is not available here');
  const { also: alsoOf, ...parts } = traced;
  const also = await alsoOf(stream.tenant, stream.key);
  const trace = await traceOf({ ...parts, engine, also }, stream);
  return trace.events.length === 0 ? notInViews(edge, stream) : shown(edge, stream.key, trace);
};
