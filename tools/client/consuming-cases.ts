import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import {
  TryLater,
  type Client,
  type ConsumedEvent,
  type ConsumeOptions,
  type ConsumerProblem,
  type EventHandler,
} from '@orderloom/client';
import { until as untilThereIs } from '../promises/until.ts';
import { aPayment, anOrder, done } from './orders.ts';

const WITHIN_MS = 20_000;
/** Fast, so that what fails is parked before the test ends. */
const QUICK: ConsumeOptions = {
  ...{ attempts: 3, firstPauseMs: 5, longestPauseMs: 20 },
  onProblem: () => undefined,
};

const until = (isSo: () => boolean | Promise<boolean>): Promise<unknown> =>
  untilThereIs('what the case waits for', isSo, WITHIN_MS);

const placed = async (client: Client): Promise<string> => done(await client.orders.place(anOrder())).id;
const paid = async (client: Client): Promise<string> => {
  const order = await placed(client);
  done(await client.orders.send(order, 'ConfirmPayment', aPayment));
  return order;
};
const aGroup = (): string => `group-${randomUUID()}`;

/** Everything a group was handed, by order. */
const seenBy = () => {
  const seen = new Map<string, ConsumedEvent[]>();
  const handler: EventHandler = (event) => {
    seen.set(event.stream.key, [...(seen.get(event.stream.key) ?? []), event]);
  };
  return { handler, of: (order: string) => (seen.get(order) ?? []).map(({ type }) => type) };
};

/** `another` opens a second client of the same engine. */
export const consumingCases = (client: () => Client, another: () => Promise<Client>) => ({
  'is handed what was before it and what comes, each stream in order': async () => {
    const before = await paid(client());
    const seen = seenBy();
    const consumer = await client().consume(aGroup(), seen.handler);
    const after = await paid(client());
    await until(() => seen.of(before).length === 2 && seen.of(after).length === 2);
    expect([seen.of(before), seen.of(after)]).toEqual([1, 2].map(() => ['OrderPlaced', 'PaymentConfirmed']));
    await consumer.stop();
  },
  'is handed only the events that it names': async () => {
    const seen = seenBy();
    const consumer = await client().consume(aGroup(), seen.handler, { events: ['PaymentConfirmed'] });
    const order = await paid(client());
    await until(() => seen.of(order).length > 0);
    expect(seen.of(order)).toEqual(['PaymentConfirmed']);
    await consumer.stop();
  },
  'works on many orders at a time, and on one order never twice': async () => {
    const running = new Map<string, number>();
    let most = 0;
    let mostOfOne = 0;
    const seen = seenBy();
    const consumer = await client().consume(
      aGroup(),
      async (event, context) => {
        const { key } = event.stream;
        running.set(key, (running.get(key) ?? 0) + 1);
        const counts = [...running.values()];
        most = Math.max(
          most,
          counts.reduce((sum, count) => sum + count),
        );
        mostOfOne = Math.max(mostOfOne, ...counts);
        await pause(20);
        running.set(key, (running.get(key) ?? 0) - 1);
        await seen.handler(event, context);
      },
      { workers: 4 },
    );
    const orders = await Promise.all(Array.from({ length: 6 }, () => paid(client())));
    await until(() => orders.every((order) => seen.of(order).length === 2));
    expect([most, mostOfOne]).toEqual([4, 1]);
    await consumer.stop();
  },
  'tries again what fails, then parks it and what follows in its stream, and goes on with the others':
    async () => {
      const [poison, other] = [await placed(client()), await placed(client())];
      const seen = seenBy();
      let failures = 0;
      const group = aGroup();
      const failing: EventHandler = (event, context) => {
        if (event.stream.key !== poison) return seen.handler(event, context);
        failures++;
        throw new RangeError('somebody’s name');
      };
      const told: string[] = [];
      const onProblem = ({ message }: ConsumerProblem): void => void told.push(message);
      const consumer = await client().consume(group, failing, { ...QUICK, onProblem });
      for (const order of [poison, other])
        done(await client().orders.send(order, 'ConfirmPayment', aPayment));
      const parked = () => consumer.parked().filter(({ streamId }) => streamId.endsWith(poison));
      await until(() => parked().length === 2 && seen.of(other).length === 2);
      expect(failures).toBe(3);
      expect(told[0]).toBe(`${group}: event 1 of main/order/${poison} is parked: RangeError`);
      expect(parked().map(({ handler, version, reason }) => [handler, version, reason])).toEqual([
        [group, 1, 'RangeError'],
        [group, 2, 'an earlier event of the stream is parked'],
      ]);
      await consumer.stop();

      const later = await another();
      const resumed = await later.consume(group, failing, QUICK);
      done(await later.orders.send(poison, 'CancelOrder', { reason: 'gone' }));
      await until(() => resumed.parked().filter(({ streamId }) => streamId.endsWith(poison)).length > 2);
      expect([failures, seen.of(other)]).toEqual([3, ['OrderPlaced', 'PaymentConfirmed']]);
      await later.stop();
    },
  'is handed again what was parked, once and in order, when somebody asks for it': async () => {
    const [poison, other, third] = [await paid(client()), await paid(client()), await paid(client())];
    const [group, seen] = [aGroup(), seenBy()];
    // What other cases have left in the log is handled.
    const parkedHere = new Set([poison, other, third]);
    let isBroken = true;
    let bothHaveAsked: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothHaveAsked = resolve));
    const consumer = await client().consume(
      group,
      async (event, context) => {
        if (parkedHere.has(event.stream.key)) {
          if (isBroken) throw new RangeError();
          await both;
        }
        await seen.handler(event, context);
      },
      QUICK,
    );
    const parkedOf = async (order: string) =>
      (await client().parked.list(group)).filter(({ stream }) => stream.endsWith(order));
    await until(async () => (await client().parked.list(group)).length === parkedHere.size);
    await until(async () => (await parkedOf(poison))[0]?.versions.length === 2);
    expect(await parkedOf(poison)).toMatchObject([
      { group, stream: `main/order/${poison}`, reason: 'RangeError', versions: [1, 2], redriving: false },
    ]);
    isBroken = false;
    const later = await another();
    const asks = [client(), later].map(({ parked }) => parked.redrive(group, `main/order/${poison}`));
    expect(await Promise.all(asks)).toEqual([1, 1]);
    bothHaveAsked();
    await until(() => seen.of(poison).length === 2);
    done(await client().orders.send(poison, 'CancelOrder', { reason: 'gone' }));
    await until(() => seen.of(poison).length > 2);
    expect(seen.of(poison).slice(0, 2)).toEqual(['OrderPlaced', 'PaymentConfirmed']);
    expect([seen.of(other), seen.of(third), await parkedOf(poison)]).toEqual([[], [], []]);
    await client().parked.redrive(group);
    await until(() => [other, third].every((order) => seen.of(order).length === 2));
    await until(async () => (await later.parked.list(group)).length === 0);
    expect(await client().parked.redrive(group, `main/order/${other}`)).toBe(0);
    await Promise.all([consumer.stop(), later.stop()]);
  },
  'keeps parked what fails again, and says why': async () => {
    const order = await paid(client());
    const group = aGroup();
    let reason: Error = new RangeError();
    const consumer = await client().consume(
      group,
      ({ stream, version }) => {
        if (stream.key === order && (version > 1 || reason instanceof RangeError)) throw reason;
      },
      QUICK,
    );
    const listed = async () =>
      (await client().parked.list(group)).find(({ stream }) => stream.endsWith(order));
    await until(async () => (await listed())?.versions.length === 2);
    reason = new TypeError();
    expect(await client().parked.redrive(group, `main/order/${order}`)).toBe(1);
    await until(async () => (await listed())?.redriving === false);
    expect(await listed()).toMatchObject({ reason: 'TypeError', versions: [2] });
    const parked = consumer.parked().filter(({ streamId }) => streamId.endsWith(order));
    expect(parked.map(({ version, reason: why }) => [version, why])).toEqual([[2, 'TypeError']]);
    await consumer.stop();
  },
  'parks nothing because something that it needs is away': async () => {
    const order = await placed(client());
    const seen = seenBy();
    let away = true;
    let tried = 0;
    const consumer = await client().consume(
      aGroup(),
      (event, context) => {
        if (event.stream.key === order && ++tried > 5) away = false;
        if (event.stream.key === order && away) throw new TryLater();
        return seen.handler(event, context);
      },
      QUICK,
    );
    await until(() => seen.of(order).length === 1);
    expect([tried, consumer.parked()]).toEqual([6, []]);
    await consumer.stop();
  },
  'gives up a handler that takes too long': async () => {
    const order = await placed(client());
    let aborted = 0;
    const consumer = await client().consume(
      aGroup(),
      async ({ stream }, { signal }) => {
        if (stream.key !== order) return;
        await pause(WITHIN_MS, undefined, { signal }).catch(() => aborted++);
      },
      { ...QUICK, attempts: 2, handleWithinMs: 30 },
    );
    await until(() => consumer.parked().length === 1);
    expect([aborted, consumer.parked()[0]?.reason]).toEqual([2, 'TimeoutError']);
    await consumer.stop();
  },
  'shares its work with others of its group, and has it all when they have stopped': async () => {
    const group = aGroup();
    const [one, other] = [seenBy(), seenBy()];
    const first = await client().consume(group, one.handler);
    const second = await another();
    await second.consume(group, other.handler);
    const buy = () => Promise.all(Array.from({ length: 6 }, () => placed(client())));
    const bySome = (order: string) => [...one.of(order), ...other.of(order)];
    const shared = await buy();
    await until(() => shared.every((order) => bySome(order).length > 0));
    await first.stop();
    const left = await buy();
    await until(() => left.every((order) => other.of(order).length > 0));
    expect([...shared, ...left].map(bySome)).toEqual(Array.from({ length: 12 }, () => ['OrderPlaced']));
    await second.stop();
  },
  'goes on where its group has stopped': async () => {
    const group = aGroup();
    const first = seenBy();
    const consumer = await client().consume(group, first.handler);
    const order = await placed(client());
    await until(() => first.of(order).length === 1);
    await consumer.stop();
    done(await client().orders.send(order, 'ConfirmPayment', aPayment));
    const second = seenBy();
    const resumed = await client().consume(group, second.handler);
    await until(() => second.of(order).length > 0);
    expect([first.of(order), second.of(order)]).toEqual([['OrderPlaced'], ['PaymentConfirmed']]);
    await resumed.stop();
  },
});
