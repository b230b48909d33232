import { eventIdOf, streamIdOf } from '@orderloom/decider';
import { effectAlarmedOf } from '@orderloom/domain';
import { cloudEventsType } from '@orderloom/wire';
import type { CallToMake } from '../effect-handler.ts';

/** The event that a webhook tells of, as CloudEvents 1.0 in JSON; attributes are named as on `GET /v1/events`. */
export const webhookBody = (call: CallToMake): string => {
  const { tenant, eventType, eventVersion: version } = call;
  const alarmed = effectAlarmedOf(call.effectId);
  const stream =
    alarmed === undefined
      ? { tenant, type: 'order', key: call.subject }
      : { tenant, type: 'effect', key: alarmed };
  return JSON.stringify({
    specversion: '1.0',
    id: eventIdOf({ stream, version }),
    source: '/orderloom',
    type: cloudEventsType(stream.type, eventType) ?? eventType,
    subject: streamIdOf(stream),
    time: new Date(call.at).toISOString(),
    datacontenttype: 'application/json',
    ...{
      tenant,
      streamtype: stream.type,
      streamkey: stream.key,
      streamversion: version,
      eventname: eventType,
    },
    data: JSON.parse(call.data) as unknown,
  });
};
