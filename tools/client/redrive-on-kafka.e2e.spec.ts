// What a consumer on topics has parked, looked at and redriven over HTTP, which is where an operator is.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { leftOut } from '@orderloom/testing';
import { until } from '../promises/until.ts';
import { anOrder, done } from './orders.ts';
import { kafkaObstacle, kafkaPlace, type Place } from './places.ts';

const obstacle = kafkaObstacle();
if (obstacle !== undefined) leftOut('redriving what is parked on Kafka', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(120_000);
const WITHIN_MS = 60_000;
const GROUP = 'labels';
const ORDERS = 6;

here('an operator of an engine on Kafka', () => {
  let place: Place;
  let client: Client;
  let operator: Client;
  beforeAll(async () => {
    place = await kafkaPlace();
    client = await connect(place.connection);
    operator = await connect({ http: { url: place.url ?? '' } });
  }, 1_200_000);
  afterAll(async () => {
    await operator.stop();
    await client.stop();
    await place.stop();
  });

  test('sees what consumers have parked in any partition, and has it handled once, by whoever consumes then', async () => {
    const orders = await Promise.all(
      Array.from({ length: ORDERS }, async () => done(await client.orders.place(anOrder())).id),
    );
    const fail = (): never => {
      throw new RangeError();
    };
    const failing = await client.consume(GROUP, fail, { attempts: 1, onProblem: () => undefined });
    await until(
      'all to be parked',
      async () => (await operator.parked.list(GROUP)).length === ORDERS,
      WITHIN_MS,
    );
    await failing.stop();
    const streams = (await operator.parked.list(GROUP)).map(({ stream }) => stream);
    expect(streams.toSorted()).toEqual(orders.map((id) => `main/order/${id}`).toSorted());
    const handled: string[] = [];
    const handle = ({ id }: { readonly id: string }): void => void handled.push(id);
    await client.consume(GROUP, handle, { onProblem: () => undefined });
    const [first = ''] = streams;
    expect(await operator.parked.redrive(GROUP, first)).toBe(1);
    await until('one to be handled', () => handled.length > 0, WITHIN_MS);
    await until(
      'it to be no longer parked',
      async () => (await operator.parked.list(GROUP)).length < ORDERS,
      WITHIN_MS,
    );
    expect(handled).toEqual([`${first}/1`]);
    expect(await operator.parked.redrive(GROUP)).toBe(ORDERS - 1);
    await until('the others', async () => (await operator.parked.list(GROUP)).length === 0, WITHIN_MS);
    expect(handled.toSorted()).toEqual(streams.map((stream) => `${stream}/1`).toSorted());
  });
});
