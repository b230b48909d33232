import { logUnavailable, unreadableFrame, type EngineError } from '@orderloom/engine';
import type { ConsumedEvent } from '../consuming/event.ts';
import type { IncomingEvent } from '../consuming/following.ts';
import type { Frame } from './event-frames.ts';

type CloudEvent = Readonly<Record<string, unknown>>;

const unlike = (): never => {
  throw unreadableFrame('what came is no event of an engine');
};

const text = (event: CloudEvent, name: string): string => {
  const value = event[name];
  return typeof value === 'string' ? value : unlike();
};
const whole = (event: CloudEvent, name: string): number => {
  const value = event[name];
  return Number.isSafeInteger(value) ? (value as number) : unlike();
};
const textOrNull = (event: CloudEvent, name: string): string | null =>
  event[name] === undefined ? null : text(event, name);

const consumed = (event: CloudEvent): ConsumedEvent =>
  ({
    id: text(event, 'id'),
    type: text(event, 'eventname'),
    data: event['data'],
    cloudEventsType: text(event, 'type'),
    stream: { tenant: text(event, 'tenant'), type: text(event, 'streamtype'), key: text(event, 'streamkey') },
    version: whole(event, 'streamversion'),
    recordedAt: text(event, 'time'),
    occurredAt: textOrNull(event, 'occurredat'),
    slot: whole(event, 'slot'),
    sequence: whole(event, 'slotsequence'),
    commandId: text(event, 'commandid'),
    correlation: text(event, 'correlationid'),
    causation: textOrNull(event, 'causationid'),
    traceparent: textOrNull(event, 'traceparent'),
    actor: textOrNull(event, 'actor'),
    channel: textOrNull(event, 'channel'),
    businessLine: textOrNull(event, 'businessline'),
  }) as unknown as ConsumedEvent;

/** An event as an engine gives it in JSON. */
export const incomingOf = (event: ConsumedEvent): IncomingEvent => {
  const { stream, type, version, recordedAt } = event;
  return { stream, type, version, recordedAt: Date.parse(recordedAt), consumed: () => event };
};

/** The event of a frame. Throws `unreadable-frame` where it is none. */
export const incomingEvent = ({ data }: Frame): IncomingEvent =>
  incomingOf(consumed(JSON.parse(data) as CloudEvent));

/** What a `problem` frame says. */
export const problemIn = ({ data }: Frame): EngineError =>
  logUnavailable(`the engine cannot go on with the events (${text(JSON.parse(data) as CloudEvent, 'code')})`);
