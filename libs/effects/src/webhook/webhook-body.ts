import { eventIdOf, streamIdOf } from '@orderloom/decider';
import { cloudEventsType } from '@orderloom/wire';
import type { CallToMake } from '../effect-handler.ts';

/** The event that a webhook tells of, as CloudEvents 1.0 in JSON; attributes are named as on `GET /v1/events`. */
export const webhookBody = (call: CallToMake): string => {
  const { tenant, subject, eventType, eventVersion: version } = call;
  const stream = { tenant, type: 'order', key: subject };
  return JSON.stringify({
    specversion: '1.0',
    id: eventIdOf({ stream, version }),
    source: '/orderloom',
    type: cloudEventsType(stream.type, eventType) ?? eventType,
    subject: streamIdOf(stream),
    time: new Date(call.at).toISOString(),
    datacontenttype: 'application/json',
    ...{ tenant, streamtype: stream.type, streamkey: subject, streamversion: version, eventname: eventType },
    data: JSON.parse(call.data) as unknown,
  });
};
