// An independent reader finds the first place where a log is not what an engine would have written.
import { describe, expect, test } from '@jest/globals';
import { type RecordedEvent, slotOf, streamIdOf } from '@orderloom/decider';
import { domainRegistry, knownLifecycles, lifecycleRef, tableStepper } from '@orderloom/domain';
import type { StoredGroup } from '@orderloom/engine';
import { wireCodec } from '@orderloom/wire';
import { verifyLog } from './verify-log.ts';

const registry = domainRegistry({ stepper: tableStepper });
const codec = wireCodec();
codec.bind(codec.schemas().map((schema, index) => ({ ...schema, id: index + 1 })));

type Said = readonly [stream: string, type: string, data: object];

const retail = knownLifecycles.find(({ name }) => name === 'retail')!;
const line = {
  lineId: '1',
  sku: 'TEA',
  quantity: 2,
  unitPrice: 450,
  discount: 0,
  tax: null,
  location: 'main',
};
const ORDER = 'order/d218dt674k4wywsvz3c0n';
const lines = [{ lineId: '1', quantity: 2 }];
const contents = [{ orderId: ORDER.slice(6), lineId: '1', quantity: 2 }];

/** A shop in which one order was placed, reserved, paid, shipped and delivered. */
const STORY: readonly Said[] = [
  ['tenant/main', 'TenantCreated', {}],
  ['tenant/main', 'LifecyclePublished', retail],
  ['stock/TEA@main', 'StockReceived', { quantity: 10, reference: 'd1' }],
  [
    ORDER,
    'OrderPlaced',
    {
      ...{
        buyerId: 'ada',
        merchantId: null,
        lifecycle: lifecycleRef(retail),
        currency: 'EUR',
        lines: [line],
      },
      ...{ shipping: 0, fees: 0, discount: 0, total: 900, receiver: null, tokens: [], externalId: null },
      ...{ due: null, policyVersion: 2, reserveLater: [], fields: {} },
    },
  ],
  ['stock/TEA@main', 'StockReserved', { orderId: ORDER.slice(6), lineId: '1', quantity: 2 }],
  [ORDER, 'LinesReserved', { lines }],
  [ORDER, 'PaymentConfirmed', { paymentId: 'p1', amount: 900, currency: 'EUR', provider: 'bank' }],
  ['parcel/P1', 'ParcelCreated', { contents, weightGrams: null }],
  ['parcel/P1', 'ParcelDispatched', { carrier: null, trackingNumber: null }],
  [ORDER, 'LinesShipped', { parcelId: 'P1', lines, last: true, fulfilmentId: null }],
  ['stock/TEA@main', 'StockConfirmed', { orderId: ORDER.slice(6), lineId: '1', quantity: 2 }],
  ['parcel/P1', 'ParcelDelivered', {}],
  [ORDER, 'LinesDelivered', { parcelId: 'P1', lines, buyerId: 'ada', last: true }],
];

const slots = new Map(registry.types.map((type) => [type.name, type.slotOf]));

/** The events with everything that the engine adds to them. */
const recorded = (
  story: readonly Said[],
  said: (event: RecordedEvent) => RecordedEvent = (event) => event,
): RecordedEvent[] => {
  const versions = new Map<string, { version: number; prev: string }>();
  const sequences = new Map<number, number>();
  const buffer = Buffer.alloc(1 << 16);
  return story.map(([name, type, data], index) => {
    const slash = name.indexOf('/');
    const stream = { tenant: 'main', type: name.slice(0, slash), key: name.slice(slash + 1) };
    const slot = slots.get(stream.type)?.('main', stream.key) ?? slotOf('main', stream.key);
    const { version, prev } = versions.get(streamIdOf(stream)) ?? { version: 0, prev: '' };
    const sequence = (sequences.get(slot) ?? 0) + 1;
    sequences.set(slot, sequence);
    const event: RecordedEvent = said({
      ...{ stream, version: version + 1, type, data, slot, sequence, prev, recordedAt: 1000 + index },
      ...{
        commandId: `c${index}`,
        commandFingerprint: 'abcdefgh',
        hops: 0,
        causation: null,
        correlation: null,
      },
      ...{ root: null, traceparent: null, actor: null, businessLine: null, channel: null, occurredAt: null },
    });
    codec.writeFrame(event, buffer, 0);
    versions.set(streamIdOf(stream), { version: version + 1, prev: codec.lastIdentity() });
    return event;
  });
};

/** Every event in a group of its own. */
const groupsOf = (events: readonly RecordedEvent[]): readonly StoredGroup[] =>
  events.map((event, index) => {
    const buffer = Buffer.alloc(1 << 16);
    return { first: index + 1, count: 1, frames: buffer.subarray(0, codec.writeFrame(event, buffer, 0)) };
  });

const verdictOf = (events: readonly RecordedEvent[]) =>
  verifyLog({ groups: groupsOf(events), codec, registry });

/** The partition in which each stream is: an order, its stock and its parcel are all apart. */
const PARTITIONS: Readonly<Record<string, number>> = { tenant: 3, order: 0, stock: 1, parcel: 2 };
/** A minute and more after all others, in each of the partitions. */
const LATER: readonly Said[] = [
  ['stock/TEA@main', 'StockReceived', { quantity: 1, reference: 'd2' }],
  ['job/j1', 'JobStarted', { kind: 'import', source: 'ab', total: 1 }],
  ['parcel/P9', 'ParcelCreated', { contents, weightGrams: null }],
];
const partitionOf = ({ stream }: RecordedEvent): number => PARTITIONS[stream.type] ?? 0;

/** The verdict on partitions that are read one after the other, in this order. */
const verdictApart = (
  events: readonly RecordedEvent[],
  {
    atRest = false,
    order = [0, 1, 2, 3],
  }: { readonly atRest?: boolean; readonly order?: readonly number[] } = {},
) => {
  const groups = order.flatMap((log) =>
    groupsOf(events.filter((event) => partitionOf(event) === log)).map((group) => ({ ...group, log })),
  );
  const tenants = events.filter(({ stream }) => stream.type === 'tenant');
  return verifyLog({ groups, codec, registry, apart: { tenants, isAtRest: async () => atRest } });
};
const withLater = (story: readonly Said[]): readonly RecordedEvent[] =>
  recorded([...story, ...LATER], (event) =>
    ['StockReceived', 'JobStarted'].includes(event.type) || event.stream.key === 'P9'
      ? {
          ...event,
          recordedAt: event.type === 'StockReceived' && event.version === 1 ? event.recordedAt : 99_000,
        }
      : event,
  );

const replaced = (index: number, change: (data: object) => object): readonly Said[] =>
  STORY.map(([stream, type, data], at) => [stream, type, at === index ? change(data) : data]);
const without = (...indexes: readonly number[]): readonly Said[] =>
  STORY.filter((_, at) => !indexes.includes(at));

describe('a log', () => {
  test('that an engine wrote has no violation', async () => {
    expect(await verdictOf(recorded(STORY))).toMatchObject({
      orders: 1,
      events: STORY.length,
      violations: [],
    });
  });

  test.each([[[0, 1, 2, 3]], [[2, 1, 0, 3]], [[1, 3, 2, 0]]])(
    'of several partitions has none, in whatever order they are read: %j',
    async (order) => {
      const { digest, violations, onItsWay } = await verdictApart(withLater(STORY), { order });
      expect([violations, onItsWay]).toEqual([[], 0]);
      expect(digest).toBe((await verdictOf(withLater(STORY))).digest);
    },
  );

  const events = recorded(STORY);
  test.each<[string, readonly RecordedEvent[], string, number]>([
    [
      'changed',
      events.map((one, at) => (at === 2 ? { ...one, data: { quantity: 9, reference: 'd1' } } : one)),
      'stock/TEA@main',
      2,
    ],
    ['removed', events.filter((_, at) => at !== 4), 'stock/TEA@main', 3],
    ['put in twice', [...events.slice(0, 5), events[4]!, ...events.slice(5)], 'stock/TEA@main', 2],
    [
      'swapped with the next one',
      [...events.slice(0, 7), events[8]!, events[7]!, ...events.slice(9)],
      'parcel/P1',
      2,
    ],
  ])('with one event %s is found out at the first place', async (_, tampered, stream, version) => {
    const [first] = (await verdictOf(tampered)).violations;
    expect(first).toMatchObject({ stream: `main/${stream}`, version });
  });

  test.each<[string, readonly Said[], RegExp]>([
    [
      'ships before it is paid',
      without(6),
      /LinesShipped:last is not legal while the order is at .*payment.awaiting/,
    ],
    ['is paid too much', replaced(6, (data) => ({ ...data, amount: 901 })), /901 is paid of a total of 900/],
    [
      'does not add up',
      replaced(3, (data) => ({ ...data, total: 901 })),
      /add up to 900, its total says 901/,
    ],
    ['says delivered while its parcel does not', without(11), /its parcel P1 does not/],
    [
      'does not hold what the stock holds',
      without(10),
      /the stock holds 2 pieces for line 1 of .*, the order holds 0/,
    ],
    ['follows a lifecycle that nobody published', without(1), /was not published before it/],
  ])('whose order %s is found out', async (_, story, problem) => {
    const { violations } = await verdictOf(recorded(story));
    expect(violations.map((one) => one.problem).join('\n')).toMatch(problem);
  });

  describe.each<[string, readonly Said[], RegExp]>([
    ['reserves what no order hears of', without(5, 6, 7, 8, 9, 10, 11, 12), /holds 2 pieces for line 1/],
    ['keeps what the order has sent', without(10), /holds 2 pieces for line 1 of .*, the order holds 0/],
    ['gives away what the order still holds', without(9, 11, 12), /holds 0 pieces .*, the order holds 2/],
    ['is left by a parcel that did not arrive', without(11), /it says delivered, its parcel P1 does not/],
  ])('whose stock, in another partition, %s', (_, story, problem) => {
    const problemsIn = async (...said: Parameters<typeof verdictApart>) => {
      const { violations, onItsWay } = await verdictApart(...said);
      return { problems: violations.map((one) => one.problem), onItsWay };
    };
    test.each([[[0, 1, 2, 3]], [[2, 1, 0, 3]]])('is found out where all was decided: %j', async (order) => {
      const { problems, onItsWay } = await problemsIn(recorded(story), { atRest: true, order });
      expect([problems, onItsWay]).toEqual([[expect.stringMatching(problem)], 0]);
    });
    test('is found out where both partitions have gone on since', async () => {
      expect(await problemsIn(withLater(story))).toEqual({
        ...{ problems: [expect.stringMatching(problem)], onItsWay: 0 },
      });
    });
    test('may be on its way where nothing says otherwise', async () => {
      expect(await problemsIn(recorded(story))).toEqual({ problems: [], onItsWay: 1 });
    });
  });

  test('of several partitions does not hide money that does not add up', async () => {
    const { violations } = await verdictApart(recorded(replaced(6, (data) => ({ ...data, amount: 901 }))));
    expect(violations.map((one) => one.problem).join()).toMatch(/901 is paid of a total of 900/);
  });

  describe('in which an operator adjusted charges', () => {
    const was = { shipping: 0, fees: 0, total: 900, outstanding: 900 };
    const is = { shipping: 50, fees: 0, total: 950, outstanding: 950 };
    const story = (before: object, after: object, at = 6): readonly Said[] => [
      ...STORY.slice(0, at),
      [ORDER, 'ChargesAdjusted', { before, after, reason: 'r' }],
      ...replaced(6, (data) => ({ ...data, amount: 950 })).slice(at),
    ];
    const problemsOf = async (said: readonly Said[]) =>
      (await verdictOf(recorded(said))).violations.map(({ problem }) => problem).join('\n');

    test('has no violation where they are paid so', async () => {
      expect(await problemsOf(story(was, is))).toBe('');
    });

    test.each<[string, readonly Said[], RegExp]>([
      ['from what they were not', story({ ...was, total: 901 }, is), /from 901 to 950, .* from 900/],
      ['to what does not add up', story(was, { ...is, shipping: 49 }), /from 900 to 950, .* from 900/],
      ['behind the payment', story(was, is, 7), /ChargesAdjusted is not legal/],
    ])('%s is found out', async (_, said, problem) => {
      expect(await problemsOf(said)).toMatch(problem);
    });
  });

  describe('in which an operator forced an order', () => {
    const forced = {
      buyerId: 'ada',
      region: 'fulfilment',
      from: 'shipped',
      status: 'delivered',
      reason: 'r',
    };
    const story = (data: object): readonly Said[] => [...without(12), [ORDER, 'StatusOverridden', data]];
    const by = (actor: string | null, data: object = forced) =>
      verdictOf(
        recorded(story(data), (event) => (event.type === 'StatusOverridden' ? { ...event, actor } : event)),
      );

    test('as its lifecycle declares, by somebody, has no violation', async () => {
      expect((await by('ann')).violations).toEqual([]);
    });

    test('by nobody is found out', async () => {
      expect((await by(null)).violations).toMatchObject([
        { problem: expect.stringContaining('nobody answers') },
      ]);
    });

    test('as no lifecycle declares is found out', async () => {
      const { violations } = await by('ann', { ...forced, status: 'cancelled' });
      expect(violations.map(({ problem }) => problem).join()).toMatch(/fulfilment\.cancelled is not legal/);
    });
  });

  test.each<[string, (events: RecordedEvent[]) => RecordedEvent[], RegExp]>([
    [
      'a slot that is not its own',
      (all) => all.map((one, at) => (at === 7 ? { ...one, slot: (one.slot + 1) % 1024 } : one)),
      /its key belongs to/,
    ],
    [
      'a gap in the sequence of a slot',
      (all) => all.map((one, at) => (at === 7 ? { ...one, sequence: 5 } : one)),
      /sequence 5 of slot/,
    ],
    [
      'time that runs backwards',
      (all) => all.map((one, at) => (at === 11 ? { ...one, recordedAt: 1 } : one)),
      /recorded before an earlier event/,
    ],
    [
      'a command that took effect twice',
      (all) => all.map((one) => (one.stream.type === 'parcel' ? { ...one, commandId: 'same' } : one)),
      /has taken effect before/,
    ],
  ])('with %s is found out', async (_, tamper, problem) => {
    const { violations } = await verdictOf(tamper(recorded(STORY)));
    expect(violations.map((one) => one.problem).join('\n')).toMatch(problem);
  });

  test('that is damaged ends with the damage', async () => {
    const groups = groupsOf(recorded(STORY));
    groups[5]!.frames[8] = 0xff;
    const { violations } = await verifyLog({ groups, codec, registry });
    expect(violations).toMatchObject([{ stream: 'log', version: 6 }]);
  });
});

describe('the digest of a log', () => {
  const digestOf = async (events: readonly RecordedEvent[]) => (await verdictOf(events)).digest;

  test('is the same whatever the order between streams', async () => {
    const [a, b] = [STORY.slice(0, 3), [STORY[2]!, STORY[0]!, STORY[1]!]];
    const at = (events: RecordedEvent[]) => events.map((event) => ({ ...event, recordedAt: 1000 }));
    expect(await digestOf(at(recorded(b)))).toBe(await digestOf(at(recorded(a))));
  });

  test.each<[string, Partial<RecordedEvent>, boolean]>([
    ['who asked', { actor: 'somebody' }, true],
    ['the command id', { commandId: 'other' }, true],
    ['the time of an order', { recordedAt: 999_999 }, false],
  ])('%s: counts not is %j', async (_, change, same) => {
    const events = recorded(STORY);
    const other = events.map((event, at) => (at === 12 ? { ...event, ...change } : event));
    expect((await digestOf(events)) === (await digestOf(other))).toBe(same);
  });

  test('does not depend on when a tenant was set up in real time', async () => {
    const events = recorded(STORY);
    const later = events.map((event, at) =>
      at < 2 ? { ...event, recordedAt: event.recordedAt + 500 } : event,
    );
    expect(await digestOf(later)).toBe(await digestOf(events));
  });
});
