// Every command once, as a newcomer types it: against a living engine, and with none.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderloom, orderloomJson, scratchFolder, started } from './running.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

describe('with a living engine', () => {
  const data = join(scratch.path, 'living');
  const engine = started('serve', '--data', data, '--port', '0');
  beforeAll(async () => {
    while (!engine.said().includes('Orderloom serves'))
      await new Promise((resolve) => setTimeout(resolve, 20));
  }, 60_000);
  const run = (...args: readonly string[]) => orderloom(...args, '--data', data);
  const json = (...args: readonly string[]) => orderloomJson(...args, '--data', data);
  let orderId = '';

  test('an order is placed once, however often its line is run', async () => {
    const line = ['place', '--line', 'TEA=2x450', '--buyer', 'ada', '--key', 'k1'];
    const placed = await json(...line);
    orderId = String(placed['orderId']);
    expect(placed).toMatchObject({ result: 'accepted', version: 1, status: { payment: 'awaiting' } });
    expect(await json(...line)).toMatchObject({ result: 'duplicate', orderId });
  }, 60_000);

  test('what is not possible now is refused, with what is', async () => {
    const ship = ['send', orderId, 'ShipLines', '{"parcelId":"P1","lines":[{"lineId":"1","quantity":1}]}'];
    const { code, err } = await run(...ship);
    expect(code).toBe(1);
    expect(err).toMatch(/possible now: ConfirmPayment.*CancelOrder/);
    const explained = await json('explain', orderId);
    expect(explained).toMatchObject({ nextDeadline: { name: 'payment' } });
  }, 60_000);

  test('a payment moves it on; its history tells why', async () => {
    const payment = '{"paymentId":"p1","amount":900,"currency":"EUR","provider":"bank"}';
    expect(await json('timers')).toMatchObject({ deadlines: [{ key: orderId, name: 'payment' }] });
    expect((await run('send', orderId, 'ConfirmPayment', payment)).out).toContain('payment paid');
    expect((await run('show', orderId)).out).toMatch(/payment\s+paid/);
    expect((await run('history', orderId)).out).toMatch(/1 .*OrderPlaced.*\n2 .*PaymentConfirmed/);
    expect((await json('timers'))['deadlines']).toEqual([]);
  }, 60_000);

  test('an operator stops it, corrects it, lets it go, and says that it has arrived', async () => {
    const act = (type: string, data: object, ...more: readonly string[]) =>
      run('send', orderId, type, JSON.stringify(data), '--actor', 'ann', ...more);
    const ship = { parcelId: 'P1', lines: [{ lineId: '1', quantity: 2 }] };
    await act('HoldOrder', { reason: 'address looks wrong' });
    expect((await act('ShipLines', ship)).err).toContain('held by hold-1');
    const receiver = { buyerId: 'ada', receiver: { name: 'Ada', city: 'Lund' } };
    expect((await act('EditReceiver', receiver)).err).toContain('section receiver');
    await act('EditReceiver', receiver, '--if-version', 'receiver:1');
    await act('ReleaseHold', { holdId: 'hold-1' });
    await act('ShipLines', ship);
    const forced = { region: 'fulfilment', status: 'delivered', reason: 'the buyer says so' };
    const { out } = await act('OverrideStatus', forced, '--if-version', 'fulfilment:6');
    expect(out).toContain('fulfilment delivered');
  }, 60_000);

  test('a version that is gone is a conflict', async () => {
    const cancel = ['send', orderId, 'CancelOrder', '{"reason":"late"}', '--if-version', '1'];
    expect((await run(...cancel)).code).toBe(1);
  }, 60_000);

  test('a broken command is pointed at', async () => {
    const { code, err } = await run('send', orderId, 'CancelOrder', '{"why":"late"}');
    expect(code).toBe(1);
    expect(err).toContain('/data');
  }, 60_000);

  test('the clock of a tenant is simulated, moved and released', async () => {
    await json('clock', 'simulate', '2021-01-01T00:00:00Z');
    await json('place', '--line', 'TEA=1x450');
    await json('clock', 'advance', '2021-01-01T01:00:00Z');
    expect(await json('show', 'tenant/main')).toMatchObject({ clock: { now: '2021-01-01T01:00:00.000Z' } });
    expect(await json('clock', 'release', '--dry-run')).toMatchObject({ released: false, fires: [] });
    expect(await json('clock', 'release')).toMatchObject({ released: true });
    expect((await run('clock', 'release')).code).toBe(1);
  }, 60_000);

  test('nothing is parked, and the log is sound', async () => {
    expect((await run('parked')).out).toBe('Nothing is parked.\n');
    expect(await json('verify')).toMatchObject({ orders: 2, violations: [] });
  }, 60_000);

  test('only its owner can read where it is; --url reaches it too', async () => {
    expect(statSync(join(data, 'engine.json')).mode & 0o777).toBe(0o600);
    const { url } = JSON.parse(readFileSync(join(data, 'engine.json'), 'utf8')) as { url: string };
    expect(await orderloomJson('show', 'tenant/main', '--url', url)).toMatchObject({ tenant: 'main' });
  }, 60_000);

  test('it ends well when it is told to', async () => {
    engine.child.kill('SIGTERM');
    expect((await engine.ran).code).toBe(0);
    const { code, err } = await orderloom('show', 'x', '--url', 'http://127.0.0.1:9');
    expect([code, err]).toEqual([4, expect.stringContaining('no answer from http://127.0.0.1:9')]);
  }, 60_000);
});

describe('with no engine', () => {
  const data = join(scratch.path, 'private');

  test('each command runs one of its own, and the data stays', async () => {
    const { orderId } = await orderloomJson('place', '--line', 'TEA=2x450', '--data', data);
    const payment = '{"paymentId":"p1","amount":900,"currency":"EUR","provider":"bank"}';
    const paid = await orderloomJson('send', String(orderId), 'ConfirmPayment', payment, '--data', data);
    expect(paid).toMatchObject({ orderId, version: 2, status: { payment: 'paid' } });
    expect(await orderloomJson('verify', '--data', data)).toMatchObject({ orders: 1, violations: [] });
  }, 60_000);

  test('reading a folder that is not there makes none', async () => {
    const { code, err } = await orderloom('show', 'x', '--data', join(scratch.path, 'nowhere'));
    expect([code, err]).toEqual([4, expect.stringContaining('there is no engine and no log')]);
  }, 60_000);
});
