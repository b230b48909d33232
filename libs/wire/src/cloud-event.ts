import { eventIdOf, streamIdOf, type RecordedEvent } from '@orderloom/decider';
import { cloudEventsType, jsonData } from './json.ts';

const instant = (ms: number): string => new Date(ms).toISOString();

/**
 * An event as CloudEvents 1.0 in JSON: its type, subject and time, and as extensions what else readers ask for; an
 * attribute that the event does not have is left out. Personal data stays sealed.
 */
export const cloudEvent = (event: RecordedEvent): Readonly<Record<string, unknown>> => {
  const { stream, type } = event;
  const mayBeMissing = {
    occurredat: event.occurredAt === null ? null : instant(event.occurredAt),
    causationid: event.causation,
    traceparent: event.traceparent,
    actor: event.actor,
    channel: event.channel,
    businessline: event.businessLine,
  };
  return {
    specversion: '1.0',
    id: eventIdOf(event),
    source: '/orderloom',
    type: cloudEventsType(stream.type, type) ?? type,
    subject: streamIdOf(stream),
    time: instant(event.recordedAt),
    datacontenttype: 'application/json',
    tenant: stream.tenant,
    streamtype: stream.type,
    streamkey: stream.key,
    streamversion: event.version,
    eventname: type,
    slot: event.slot,
    slotsequence: event.sequence,
    commandid: event.commandId,
    correlationid: event.correlation ?? event.commandId,
    ...Object.fromEntries(Object.entries(mayBeMissing).filter(([, value]) => value !== null)),
    data: jsonData(event.data),
  };
};
