// A group's events over HTTP, as any program without the SDK has them: turns, leases, tenants, and killed members.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect, type Client } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { resolve } from 'node:path';
import { until } from '../promises/until.ts';
import { anOrder, done } from './orders.ts';
import { groupMember, type Member } from './group-member.ts';

// Several engines start, one of them twice, on a machine that others use.
jest.setTimeout(120_000);
const WITHIN_MS = 20_000;
const PROGRAM = resolve(import.meta.dirname, '../../apps/command-service/dist/main.js');

let engine: EngineProcess;
let client: Client;
const members: Member[] = [];
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
  client = await connect({ http: { url: engine.url } });
});
afterAll(async () => {
  for (const member of members) member.leave();
  await client.stop();
  await engine.stop();
});

const join = async (group: string, tenant = 'main'): Promise<Member> => {
  const member = await groupMember(`${engine.url}/v1/groups/${group}`, tenant);
  members.push(member);
  return member;
};
const place = async (): Promise<string> => done(await client.orders.place(anOrder())).id;

describe('a member of a group', () => {
  test('is handed the group’s events in its turn, from where the one before it has come to', async () => {
    const [group, order] = [`g-${randomUUID()}`, await place()];
    const first = await join(group);
    const [event] = await first.until((events) => events.some(({ key }) => key === order));
    const second = await join(group);
    expect(await first.say({ position: event?.id })).toBe(200);
    expect([first.lease() === undefined, second.lease()]).toEqual([false, undefined]);
    first.leave();
    await second.turn();
    expect(await first.say({})).toBe(409);
    const next = await place();
    const seen = await second.until((events) => events.some(({ key }) => key === next));
    expect(seen.map(({ id }) => id)).not.toContain(event?.id);
  });

  test('is refused what is no progress, and a position that is not from here', async () => {
    const member = await join(`g-${randomUUID()}`);
    await member.turn();
    const park = { stream: 'main/order/x', version: 1, reason: 'TypeError', at: '2026-01-01T00:00:00Z' };
    for (const [body, status] of [
      [{ position: 7 }, 422],
      [{ position: 'AAAA' }, 400],
      [{ parked: {} }, 422],
      [{ parked: [{ ...park, stream: 'other/order/x' }] }, 422],
      [{ parked: [{ ...park, version: 0 }] }, 422],
      [{ parked: [{ ...park, reason: 'Ann Müller has no card' }] }, 422],
      [{ parked: [{ ...park, at: 'yesterday' }] }, 422],
      [{ lease: 'made-up' }, 409],
      [{ parked: [park] }, 200],
      [{ released: [{ stream: 'main/order/x' }] }, 422],
      [{ redriven: ['other/order/x'] }, 422],
      [{ released: [park], redriven: ['main/order/x'] }, 200],
    ] as const)
      expect([body, await member.say(body)]).toEqual([body, status]);
  });

  test('of another tenant is in another group, whatever its name', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': '"other"' };
    const body = JSON.stringify({ type: 'CreateTenant', data: {} });
    await fetch(`${engine.url}/v1/tenants/other/commands`, { method: 'POST', headers, body });
    const group = `g-${randomUUID()}`;
    const [ours, theirs] = [await join(group), await join(group, 'other')];
    await Promise.all([ours.turn(), theirs.turn()]);
    const order = await place();
    await ours.until((events) => events.some(({ key }) => key === order));
    expect(theirs.events().filter(({ key }) => key === order)).toEqual([]);
  });
});

describe('a consumer over HTTP', () => {
  test('whose engine is killed and comes back goes on where it was, and misses nothing', async () => {
    const own = await engineProcess(PROGRAM);
    const shop = await connect({ http: { url: own.url } });
    const seen: string[] = [];
    const consumer = await shop.consume('survivor', ({ stream }) => void seen.push(stream.key), {
      onProblem: () => undefined,
    });
    const before = done(await shop.orders.place(anOrder())).id;
    await until('the one before', () => seen.includes(before), WITHIN_MS);
    await own.killAndStart();
    const after = done(await shop.orders.place(anOrder())).id;
    await until('the one after', () => seen.includes(after), WITHIN_MS);
    await consumer.stop();
    await shop.stop();
    await own.stop();
  });
});
