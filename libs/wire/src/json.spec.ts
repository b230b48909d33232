import { expect, test } from '@jest/globals';
import { cloudEventsType, jsonData, jsonEvent } from './json.ts';

test('bytes are shown in base64, at any depth', () => {
  const data = { list: [Buffer.from('hi'), { inner: new Uint8Array([1, 2]) }], none: null, n: 1, yes: true };
  expect(jsonData(data)).toEqual({ list: ['aGk=', { inner: 'AQI=' }], none: null, n: 1, yes: true });
});

test('the CloudEvents type does not say the stream twice', () => {
  expect(cloudEventsType('order', 'OrderPlaced')).toBe('orderloom.order.placed.v1');
  expect(cloudEventsType('order', 'LinesShipped')).toBe('orderloom.order.lines-shipped.v1');
  expect(cloudEventsType('order', 'OrderEaten')).toBeUndefined();
});

test('an event is shown with its attributes', () => {
  const shown = jsonEvent({
    stream: { tenant: 'main', type: 'order', key: 'k' },
    type: 'LinesShipped',
    data: { parcelId: 'p' },
    version: 2,
    slot: 7,
    sequence: 9,
    recordedAt: Date.parse('2026-01-02T03:04:05.678Z'),
    commandId: 'c',
    commandFingerprint: 'ABCDEFGH',
    prev: '',
    causation: null,
    correlation: null,
    root: 'r',
    hops: 1,
    traceparent: null,
    actor: 'me',
    businessLine: null,
    channel: null,
    occurredAt: 0,
  });
  expect(shown).toMatchObject({
    id: 'main/order/k/2',
    cloudEventsType: 'orderloom.order.lines-shipped.v1',
    recordedAt: '2026-01-02T03:04:05.678Z',
    occurredAt: '1970-01-01T00:00:00.000Z',
    commandFingerprint: 'QUJDREVGR0g=',
    prev: null,
    correlation: 'c',
    root: 'r',
  });
});
