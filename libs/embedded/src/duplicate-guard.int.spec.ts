// The same cart of the same buyer within the window is the same order; and a key of one tenant says nothing in another.
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { virtualClock } from '@orderloom/testing';
import { ensureTenant } from './ensure-tenant.ts';
import { aFolder, cleanUp, eventsOf, startEngine } from './example-engine.ts';
import { command, place, placement, setPolicy, toTenant } from './example-commands.ts';

afterEach(cleanUp);

const NOON = Date.UTC(2026, 0, 1, 12);
const engineAt = async (folder = aFolder()) => {
  const clock = virtualClock(NOON);
  return { ...(await startEngine(folder, { clock })), clock, folder };
};
const cart = placement();

describe('the same cart again', () => {
  test('within ten seconds is the first order, under whichever key', async () => {
    const { send, done, clock } = await engineAt();
    const { stream } = await done(place(cart, 'k-1'));
    clock.advance(9_999);
    expect(await send(place(cart, 'k-2'))).toMatchObject({ outcome: 'duplicate', stream, version: 1 });
    expect(await send(place(cart, 'k-1'))).toMatchObject({ outcome: 'duplicate', stream });
  });

  test('is another order once the window is over, for another buyer, or with another cart', async () => {
    const { send, done, clock } = await engineAt();
    await done(place(cart, 'k-1'));
    expect(await send(place(placement({ buyerId: 'bob' }), 'k-2'))).toMatchObject({ outcome: 'accepted' });
    const other = placement({ lines: [{ ...cart.lines[0]!, quantity: 3 }] });
    expect(await send(place(other, 'k-3'))).toMatchObject({ outcome: 'accepted' });
    clock.advance(10_000);
    expect(await send(place(cart, 'k-4'))).toMatchObject({ outcome: 'accepted' });
  });

  test('passes with another key and allowRepeat; with the same key it is other content', async () => {
    const { send, done } = await engineAt();
    const first = await done(place(cart, 'k-1'));
    const repeat = { ...cart, allowRepeat: true };
    const second = await send(place(repeat, 'k-2'));
    expect(second.outcome).toBe('accepted');
    expect(second.stream.key).not.toBe(first.stream.key);
    expect(await send(place(repeat, 'k-1'))).toMatchObject({ rejection: { code: 'idempotency-key-reused' } });
  });

  test('passes once the first order is cancelled', async () => {
    const { send, done } = await engineAt();
    const { stream } = await done(place(cart, 'k-1'));
    await done(command(stream, 'CancelOrder', { reason: 'changed mind', lines: null }, 'c-1'));
    expect(await send(place(cart, 'k-2'))).toMatchObject({ outcome: 'accepted' });
  });

  test('passes where the policy has no window', async () => {
    const { send, done } = await engineAt();
    await done(setPolicy({ duplicateWindowMs: 0 }, 'p-1'));
    await done(place(cart, 'k-1'));
    expect(await send(place(cart, 'k-2'))).toMatchObject({ outcome: 'accepted' });
  });

  test('passes where the clock was set to before the first order', async () => {
    const { send, done } = await engineAt();
    await done(place(cart, 'k-1'));
    await done(toTenant('SimulateClock', { at: NOON - 86_400_000, deadlines: 'asleep' }, 's-1'));
    expect(await send(place(cart, 'k-2'))).toMatchObject({ outcome: 'accepted' });
  });

  test('is the first order after a restart too, from the snapshot or from the log', async () => {
    const first = await engineAt();
    const { stream } = await first.done(place(cart, 'k-1'));
    await first.stop();
    const again = await engineAt(first.folder);
    expect(await again.send(place(cart, 'k-2'))).toMatchObject({ outcome: 'duplicate', stream });
    await again.stop();
    rmSync(`${first.folder}/snapshot.bin`, { force: true });
    const last = await engineAt(first.folder);
    expect(await last.send(place(cart, 'k-3'))).toMatchObject({ outcome: 'duplicate', stream });
    expect(eventsOf(first.folder).filter(({ type }) => type === 'OrderPlaced')).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  test('is of its tenant only: the same key makes an order in each', async () => {
    const { engine, send } = await engineAt();
    await ensureTenant(engine, 'other');
    const here = await send(place(cart, 'k-1'));
    const there = await send(place(cart, 'k-1', 'other'));
    expect([here.outcome, there.outcome]).toEqual(['accepted', 'accepted']);
    expect(there.stream).not.toEqual(here.stream);
    expect(await send(place(cart, 'k-1'))).toMatchObject({ outcome: 'duplicate', stream: here.stream });
    expect(await send(place(cart, 'k-1', 'other'))).toMatchObject({
      outcome: 'duplicate',
      stream: there.stream,
    });
    const otherContent = placement({ lines: [{ ...cart.lines[0]!, quantity: 5 }] });
    expect(await send(place(otherContent, 'k-1', 'other'))).toMatchObject({ outcome: 'refused' });
  });

  test('is separate after a restart, and the orders of one tenant are not those of the other', async () => {
    const first = await engineAt();
    await ensureTenant(first.engine, 'other');
    const here = await first.done(place(cart, 'k-1'));
    await first.stop();
    const { engine, send } = await engineAt(first.folder);
    expect(await send(place(cart, 'k-1', 'other'))).toMatchObject({ outcome: 'accepted' });
    expect(engine.versionOf({ ...here.stream, tenant: 'other' })).toBeUndefined();
    expect(await send(place(cart, 'k-1'))).toMatchObject({ outcome: 'duplicate', stream: here.stream });
  });
});
