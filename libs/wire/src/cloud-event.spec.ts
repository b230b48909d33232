import { expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { cloudEvent } from './cloud-event.ts';

const event: RecordedEvent = {
  stream: { tenant: 'main', type: 'order', key: 'k' },
  type: 'LinesShipped',
  data: { parcelId: 'p', seal: new Uint8Array([1]) },
  ...{ version: 2, slot: 7, sequence: 9, hops: 1, prev: '', commandFingerprint: 'ABCDEFGH' },
  ...{ recordedAt: Date.parse('2026-01-02T03:04:05.678Z'), occurredAt: 0, commandId: 'c' },
  ...{ causation: null, correlation: null, root: 'r', traceparent: null, actor: 'me' },
  ...{ businessLine: null, channel: null },
};

test('an event is shown as CloudEvents 1.0, without the attributes that it does not have', () => {
  expect(cloudEvent(event)).toEqual({
    ...{ specversion: '1.0', id: 'main/order/k/2', source: '/orderloom', subject: 'main/order/k' },
    ...{ type: 'orderloom.order.lines-shipped.v1', time: '2026-01-02T03:04:05.678Z' },
    ...{ datacontenttype: 'application/json', tenant: 'main', streamtype: 'order', streamkey: 'k' },
    ...{ streamversion: 2, eventname: 'LinesShipped', slot: 7, slotsequence: 9, actor: 'me' },
    ...{ commandid: 'c', correlationid: 'c', occurredat: '1970-01-01T00:00:00.000Z' },
    data: { parcelId: 'p', seal: 'AQ==' },
  });
});

test('names of attributes are what CloudEvents allows', () => {
  for (const name of Object.keys(cloudEvent(event))) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
});
