// A group's events over HTTP from an engine on Kafka: members share its partitions, and go on when one of them leaves or the
// edge is killed.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect, type Client } from '@orderloom/client';
import { leftOut } from '@orderloom/testing';
import { until } from '../promises/until.ts';
import { anOrder, insisting } from './orders.ts';
import { groupMember, type Member } from './group-member.ts';
import { kafkaObstacle, kafkaPlace, type KafkaPlace } from './places.ts';

const obstacle = kafkaObstacle();
if (obstacle !== undefined) leftOut('groups over HTTP on Kafka', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(240_000);
const WITHIN_MS = 90_000;
/** Enough that each member has some of them, whichever partitions it has. */
const ORDERS = 30;

here('a group over HTTP, of an engine on Kafka', () => {
  let place: KafkaPlace;
  let client: Client;
  const members: Member[] = [];
  beforeAll(async () => {
    place = await kafkaPlace();
    client = await connect({ http: { url: place.url } });
  }, 1_200_000);
  afterEach(() => {
    for (const member of members.splice(0)) member.leave();
  });
  afterAll(async () => {
    await client.stop();
    await place.stop();
  });

  const join = async (group: string): Promise<Member> => {
    const member = await groupMember(`${place.url}/v1/groups/${group}`, 'main');
    members.push(member);
    return member;
  };
  const placed = (count: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const order = anOrder();
        return (await insisting((again) => client.orders.place(order, again))).id;
      }),
    );
  const handed = (member: Member, orders: readonly string[]): readonly string[] =>
    member.events().flatMap(({ key }) => (orders.includes(key) ? [key] : []));

  test('shares the partitions among its members, and says nothing with the lease of a turn that is over', async () => {
    const group = `g-${randomUUID()}`;
    const first = await join(group);
    await first.turn();
    const before = await placed(ORDERS);
    await first.until(() => handed(first, before).length === ORDERS);
    const [alone, last] = [first.lease(), first.events().at(-1)?.id];
    expect(await first.say({ position: last })).toBe(200);

    const second = await join(group);
    await until(
      'both to have their turn',
      () => second.lease() !== undefined && first.lease() !== alone,
      WITHIN_MS,
    );
    expect(await first.say({ lease: alone })).toBe(409);
    expect(await first.say({ position: last })).toBe(400);
    const shared = await placed(ORDERS);
    const all = () => [...handed(first, shared), ...handed(second, shared)];
    await until('each order to be handed out', () => all().length >= ORDERS, WITHIN_MS);
    expect(all().toSorted()).toEqual(shared.toSorted());
    expect([handed(first, shared).length, handed(second, shared).length]).not.toContain(0);
    expect(handed(second, before)).toEqual([]);

    const unsaid = handed(first, shared);
    const alive = second.lease();
    expect(await second.say({ position: second.events().at(-1)?.id })).toBe(200);
    first.leave();
    await until('the second one to have all', () => second.lease() !== alive, WITHIN_MS);
    await second.until(() => unsaid.every((order) => handed(second, shared).includes(order)));
    expect(handed(second, shared).toSorted()).toEqual(shared.toSorted());
  });

  test('whose edge is killed and comes back goes on where it was, each order in order, and misses nothing', async () => {
    const seen: string[] = [];
    const kept = await placed(ORDERS);
    const consumer = await client.consume('survivor', ({ stream }) => void seen.push(stream.key), {
      onProblem: () => undefined,
    });
    await until('those before', () => kept.every((order) => seen.includes(order)), WITHIN_MS);
    await until('nothing to be left to say', async () => (await client.parked.list()).length === 0);
    await place.engine.killAndStart();
    const later = await placed(ORDERS);
    await until('those after', () => later.every((order) => seen.includes(order)), WITHIN_MS);
    await consumer.stop();
  });
});
