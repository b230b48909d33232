// Time is an input. It never runs backwards where events stand, whatever the wall clock does; a simulated clock moves by
// commands only, and its deadlines fire in their order, or sleep.
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { OrderState } from '@orderloom/domain';
import { turns, virtualClock } from '@orderloom/testing';
import { aFolder, cleanUp, eventsOf, startEngine, streamsRunningBackwards } from './example-engine.ts';
import { command, place, placement, setPolicy, toTenant } from './example-commands.ts';

afterEach(cleanUp);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 1, 12);

const engineAt = async (folder = aFolder(), start = NOON) => {
  const clock = virtualClock(start);
  const engine = await startEngine(folder, { clock });
  const { done } = engine;
  const ordered = async (said: Parameters<typeof placement>[0], id: string): Promise<string> =>
    (await done(place(placement(said), id))).stream.key;
  return {
    ...engine,
    folder,
    clock,
    ordered,
    stateOf: async (key: string) =>
      (await engine.engine.stateOf({ tenant: 'main', type: 'order', key }))?.state as OrderState,
    explained: async (key: string) =>
      (await engine.engine.explain({ tenant: 'main', type: 'order', key }))?.explanation.status,
    simulate: (at: number, deadlines: 'awake' | 'asleep', id = `simulate-${String(at)}-${deadlines}`) =>
      done(toTenant('SimulateClock', { at, deadlines }, id)),
    advance: (to: number) => done(toTenant('AdvanceClock', { to }, `advance-${String(to)}`)),
    /** Lets real time go on by so much; what is due has fired when it resolves. */
    pass: async (ms: number) => {
      clock.set(clock.now() + ms - 1_000);
      for (let i = 0; i < 4; i++) {
        clock.advance(250);
        await turns(12);
      }
      await engine.engine.settled();
    },
    instants: (key: string) =>
      eventsOf(folder).flatMap(({ stream, type, recordedAt }) =>
        stream.key === key ? [[type, recordedAt] as const] : [],
      ),
  };
};

/** An order on terms that is confirmed: it is reminded after 14 and 28 days, three times at the most. */
const confirmedTerms = async (
  engine: Awaited<ReturnType<typeof engineAt>>,
  buyerId = 'ann',
): Promise<string> => {
  const key = await engine.ordered({ buyerId, lifecycle: 'terms' }, `place-${buyerId}`);
  await engine.done(command({ type: 'order', key }, 'ConfirmOrder', {}, `confirm-${buyerId}`));
  return key;
};

describe('a wall clock that jumps', () => {
  test('back by an hour and forward by one never takes recordedAt back', async () => {
    const { clock, ordered, done, folder, stateOf, pass } = await engineAt();
    await done(setPolicy({ paymentTimeoutMs: 2 * HOUR }, 'p-1'));
    const key = await ordered({}, 'k-1');
    clock.set(NOON - HOUR);
    await done(
      command(
        { type: 'order', key },
        'ReportPaymentFailure',
        { paymentId: 'p', provider: 'bank', reason: 'r' },
        'f-1',
      ),
    );
    const later = await ordered({ buyerId: 'bob' }, 'k-2');
    clock.set(NOON + HOUR);
    await done(
      command(
        { type: 'order', key },
        'ReportPaymentFailure',
        { paymentId: 'p2', provider: 'bank', reason: 'r' },
        'f-2',
      ),
    );
    await pass(2 * HOUR);
    expect([(await stateOf(key)).deadline, (await stateOf(later)).deadline]).toEqual([null, null]);
    const events = eventsOf(folder);
    expect(streamsRunningBackwards(events)).toEqual([]);
    expect(
      events.filter(({ stream }) => stream.key === key).map(({ recordedAt }) => recordedAt - NOON),
    ).toEqual([0, 0, HOUR, expect.any(Number)]);
  });

  test('back over a restart does not either: the slot remembers', async () => {
    const first = await engineAt();
    const key = await first.ordered({}, 'k-1');
    await first.stop();
    rmSync(`${first.folder}/snapshot.bin`, { force: true });
    const again = await engineAt(first.folder, NOON - HOUR);
    await again.done(command({ type: 'order', key }, 'CancelOrder', { reason: 'r', lines: null }, 'c-1'));
    expect(again.instants(key)).toEqual([
      ['OrderPlaced', NOON],
      ['OrderCancelled', NOON],
    ]);
  });
});

describe('a simulated clock', () => {
  test('is moved by nothing but commands: neither by real time, nor by a restart', async () => {
    const first = await engineAt();
    await first.simulate(NOON - 9 * DAY, 'awake');
    const key = await first.ordered({}, 'k-1');
    await first.pass(5 * DAY);
    expect(await first.explained(key)).toMatchObject({ payment: 'awaiting' });
    await first.stop();
    const before = eventsOf(first.folder).length;
    const again = await engineAt(first.folder, NOON + 30 * DAY);
    await again.pass(DAY);
    expect(eventsOf(first.folder)).toHaveLength(before);
    await again.ordered({ buyerId: 'bob' }, 'k-2');
    expect(eventsOf(first.folder).at(-1)).toMatchObject({ type: 'OrderPlaced', recordedAt: NOON - 9 * DAY });
    await again.advance(NOON - 9 * DAY + 30 * 60_000);
    expect(again.instants(key).at(-1)).toEqual(['PaymentTimedOut', NOON - 9 * DAY + 30 * 60_000]);
  });

  test('far behind the wall clock does not keep the process awake', async () => {
    const clock = virtualClock(NOON);
    const naps: number[] = [];
    const after = (ms: number, fn: () => void) => {
      naps.push(ms);
      return clock.after(ms, fn);
    };
    const { done } = await startEngine(aFolder(), { clock: { ...clock, after } });
    await done(toTenant('SimulateClock', { at: NOON - 9 * DAY, deadlines: 'asleep' }, 'simulate'));
    await done(place(placement(), 'k-1'));
    naps.length = 0;
    for (let i = 0; i < 4; i++) {
      clock.advance(250);
      await turns(12);
    }
    expect(naps).toEqual([250, 250, 250, 250]);
  });

  test('awake fires everything that it passes, each at its own instant, in order', async () => {
    const engine = await engineAt();
    const start = NOON - 40 * DAY;
    await engine.simulate(start, 'awake');
    const ann = await confirmedTerms(engine);
    await engine.advance(start + DAY);
    const bob = await confirmedTerms(engine, 'bob');
    await engine.advance(start + 29 * DAY);
    const days = (key: string): readonly number[] =>
      engine.instants(key).flatMap(([type, at]) => (type === 'ReminderSent' ? [(at - start) / DAY] : []));
    expect([days(ann), days(bob)]).toEqual([
      [14, 28],
      [15, 29],
    ]);
    const order = eventsOf(engine.folder).filter(({ type }) => type === 'ReminderSent');
    expect(order.map(({ stream }) => stream.key)).toEqual([ann, bob, ann, bob]);
    expect((await engine.stateOf(ann)).deadline).toMatchObject({ name: 'reminder', due: start + 42 * DAY });
  });

  test('asleep fires nothing until it is released; then what is overdue fires at once', async () => {
    const engine = await engineAt();
    await engine.simulate(NOON - 60 * DAY, 'asleep');
    const terms = await confirmedTerms(engine);
    const retail = await engine.ordered({ buyerId: 'bob' }, 'k-2');
    await engine.advance(NOON - 20 * DAY);
    await engine.pass(HOUR);
    expect([(await engine.stateOf(terms)).reminders, await engine.explained(retail)]).toEqual([
      0,
      expect.objectContaining({ payment: 'awaiting' }),
    ]);
    await engine.done(toTenant('ReleaseClock', {}, 'release'));
    await engine.pass(1_000);
    expect((await engine.stateOf(terms)).reminders).toBe(1);
    expect(await engine.explained(retail)).toMatchObject({ payment: 'void', fulfilment: 'cancelled' });
    expect(engine.instants(terms).at(-1)?.[1]).toBeGreaterThanOrEqual(NOON + HOUR);
    expect(streamsRunningBackwards(eventsOf(engine.folder)).filter((id) => !id.includes('/tenant/'))).toEqual(
      [],
    );
  });

  test('woken up fires what slept, and no stream runs backwards by it', async () => {
    const engine = await engineAt();
    const start = NOON - 60 * DAY;
    await engine.simulate(start, 'asleep');
    const key = await confirmedTerms(engine);
    await engine.advance(start + 20 * DAY);
    await engine.done(
      command({ type: 'order', key }, 'PickLines', { lines: [{ lineId: 'a', quantity: 1 }] }, 'pick'),
    );
    await engine.simulate(start + 21 * DAY, 'awake');
    expect(engine.instants(key).map(([type, at]) => [type, (at - start) / DAY])).toEqual([
      ['OrderPlaced', 0],
      ['OrderConfirmed', 0],
      ['LinesPicked', 20],
      ['ReminderSent', 20],
    ]);
  });

  test('ahead of real time is not released before real time has caught up', async () => {
    const engine = await engineAt();
    await engine.simulate(NOON + 10 * DAY, 'awake');
    const key = await engine.ordered({}, 'k-1');
    const refused = await engine.send(toTenant('ReleaseClock', {}, 'release-1'));
    expect(refused).toMatchObject({ outcome: 'refused', rejection: { code: 'clock-ahead', kind: 'state' } });
    await engine.pass(10 * DAY);
    await engine.done(toTenant('ReleaseClock', {}, 'release-2'));
    await engine.done(command({ type: 'order', key }, 'CancelOrder', { reason: 'r', lines: null }, 'c-1'));
    expect(streamsRunningBackwards(eventsOf(engine.folder))).toEqual([]);
  });

  test('set to the past takes no order back, and no other tenant with it', async () => {
    const engine = await engineAt();
    const key = await engine.ordered({}, 'k-1');
    await engine.simulate(NOON - 30 * DAY, 'asleep');
    await engine.done(command({ type: 'order', key }, 'CancelOrder', { reason: 'r', lines: null }, 'c-1'));
    expect(engine.instants(key).map(([, at]) => at)).toEqual([NOON, NOON]);
    await engine.done(toTenant('CreateTenant', {}, 'create-other', 'other'));
    const elsewhere = await engine.done(place(placement(), 'k-1', 'other'));
    expect(engine.instants(elsewhere.stream.key)).toEqual([['OrderPlaced', NOON]]);
  });
});
