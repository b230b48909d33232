// The log of a real folder for readers outside: from any place, whole and in order, beside an engine that decides.
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  hasReached,
  type EventTail,
  type TailedEvent,
  type TailPlace,
  type WantedEvents,
} from '@orderloom/engine';
import { ensureTenant } from '../ensure-tenant.ts';
import { place, placement } from '../example-commands.ts';
import { aFolder, cleanUp, eventsOf, startEngine } from '../example-engine.ts';

afterEach(cleanUp);

const main: WantedEvents = { tenant: 'main' };
const aPlacement = (n: number) => place(placement({ buyerId: `b-${n}` }), `place-${n}`);
/** All that a reader who begins behind `after` gets until the log's present end. */
const readOn = async (tail: EventTail, after: number, wanted = main): Promise<readonly TailedEvent[]> => {
  const events: TailedEvent[] = [];
  const head = await tail.head();
  const signal = AbortSignal.timeout(20_000);
  for (let at: TailPlace = [after]; !hasReached(at, head);) {
    const step = await tail.next(at, wanted, signal);
    events.push(...step.events);
    at = step.upTo;
  }
  return events;
};
const idOf = ({ json }: TailedEvent): unknown => (JSON.parse(json) as { id: unknown }).id;
const indexes = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('the log for readers outside', () => {
  test('is whole and in order from every place', async () => {
    const folder = aFolder();
    const engine = await startEngine(folder);
    for (let n = 0; n < 20; n++) await engine.done(aPlacement(n));
    const [head = 0] = await engine.tail.head();
    for (const after of indexes(0, head - 1)) {
      const events = await readOn(engine.tail, after);
      expect(events.map(({ place }) => place)).toEqual(indexes(after + 1, head).map((index) => [index]));
    }
    const read = await readOn(engine.tail, 0);
    await engine.stop();
    const kept = eventsOf(folder).map(({ stream: { tenant, type, key }, version }) =>
      [tenant, type, key, version].join('/'),
    );
    expect(read.map(idOf)).toEqual(kept);
  });

  test('shows a tenant its own events, and of those the ones that are wanted', async () => {
    const engine = await startEngine(aFolder());
    await ensureTenant(engine.engine, 'other');
    await engine.done(aPlacement(1));
    const placed = await readOn(engine.tail, 0, { tenant: 'main', types: ['OrderPlaced'] });
    expect(placed).toHaveLength(1);
    const ofOrders = await readOn(engine.tail, 0, { tenant: 'main', streamType: 'order' });
    expect(ofOrders.map(idOf)).toEqual(placed.map(idOf));
    for (const event of await readOn(engine.tail, 0, { tenant: 'other' }))
      expect(idOf(event)).toMatch(/^other\/tenant\/other\//);
  });

  test('is waited for at its end', async () => {
    const engine = await startEngine(aFolder());
    const { tail } = engine;
    const next = tail.next(await tail.head(), main, AbortSignal.timeout(20_000));
    await engine.done(aPlacement(1));
    expect((await next).events.length).toBeGreaterThan(0);
    const gone = await tail.next(await tail.head(), main, AbortSignal.timeout(1));
    expect(gone).toEqual({ events: [], upTo: await tail.head() });
  });

  test('is closed with its engine, and whoever waits hears of it', async () => {
    const engine = await startEngine(aFolder());
    await engine.stop();
    const asked = engine.tail.next([0], main, AbortSignal.timeout(20_000));
    await expect(asked).rejects.toMatchObject({ code: 'log-unavailable', retryable: true });
  });
});
