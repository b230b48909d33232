// Hooks are asked where a command comes in, never where it is decided: within a budget of that clock, once for a command,
// and without a word about who gets the goods.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { VerdictGivenData } from '@orderloom/domain';
import { commandRequest, type CommandRequest, type Hook } from '@orderloom/engine';
import { fakeHook, turns, virtualClock, type HookMood } from '@orderloom/testing';
import { command, place, placement, toTenant } from './example-commands.ts';
import { aFolder, cleanUp, eventsOf, startEngine } from './example-engine.ts';

afterEach(cleanUp);

const BUDGET_MS = 300;

const hookedEngine = async (mood: HookMood = {}, more: { onTimeout?: string; before?: string } = {}) => {
  const { onTimeout = 'hold', before = 'placing' } = more;
  const clock = virtualClock(Date.UTC(2026, 0, 1, 12));
  const hook = fakeHook({ seed: 1, clock, mood, slowMs: 1_000 });
  const folder = aFolder();
  const engine = await startEngine(folder, {
    clock,
    hooks: (_tenant, name) => (name === 'risk' ? hook.port : undefined),
  });
  const register = (name: string) =>
    engine.done(toTenant('RegisterHook', { name, before, budgetMs: BUDGET_MS, onTimeout }, `hook-${name}`));
  await register('risk');
  /** Sends it, and lets the clock go on until it is answered. */
  const answered = async (request: CommandRequest, ms = 0) => {
    const answer = engine.send(commandRequest(request));
    while (hook.asked().length === 0) await turns(1);
    clock.advance(ms);
    return answer;
  };
  const verdicts = () =>
    eventsOf(folder).flatMap(({ type, data }) => (type === 'VerdictGiven' ? [data as VerdictGivenData] : []));
  return { ...engine, register, clock, hook, folder, answered, recorded: verdicts };
};

const order = place(placement({ buyerId: 'ann' }), 'place-1');

describe('an engine whose tenant has a hook', () => {
  test('places what it passes, and keeps what it said', async () => {
    const engine = await hookedEngine();
    expect(await engine.answered(order)).toMatchObject({ outcome: 'accepted' });
    expect(engine.recorded()).toEqual([
      { hook: 'risk', before: 'placing', verdict: 'pass', reason: null, by: 'hook', tookMs: 0 },
    ]);
    expect(engine.verdicts()).toEqual([
      { before: 'placing', verdict: 'pass', by: 'hook', count: 1, seconds: 0 },
    ]);
  });

  test('keeps nothing of what it refuses, but counts it', async () => {
    const engine = await hookedEngine({ refuses: 1 });
    const events = eventsOf(engine.folder).length;
    const { outcome, rejection } = await engine.answered(order);
    expect([outcome, rejection?.code, rejection?.reason]).toEqual([
      ...['refused', 'refused-by-hook', 'risk refuses it: blocked-buyer'],
    ]);
    expect(eventsOf(engine.folder)).toHaveLength(events);
    expect(engine.verdicts()).toMatchObject([{ verdict: 'refuse', by: 'hook', count: 1 }]);
  });

  test.each(['pass', 'hold', 'refuse'])(
    'waits as long as the budget says, and then %s holds',
    async (onTimeout) => {
      const engine = await hookedEngine({ slow: 1 }, { onTimeout });
      const { outcome, rejection } = await engine.answered(order, BUDGET_MS);
      if (onTimeout === 'refuse') expect([outcome, rejection?.code]).toEqual(['refused', 'hook-unanswered']);
      else
        expect(engine.recorded()).toEqual([
          {
            hook: 'risk',
            before: 'placing',
            verdict: onTimeout,
            reason: null,
            by: 'time-out',
            tookMs: BUDGET_MS,
          },
        ]);
    },
  );

  test('does not wait for a hook that is away, or that this process does not know', async () => {
    const engine = await hookedEngine({ away: 1 }, { onTimeout: 'pass' });
    await engine.register('elsewhere');
    expect(await engine.answered(order)).toMatchObject({ outcome: 'accepted' });
    expect(engine.recorded().map(({ hook, by }) => [hook, by])).toEqual([
      ['risk', 'failure'],
      ['elsewhere', 'failure'],
    ]);
  });

  test('asks once for a command: said again it has its first answer', async () => {
    const engine = await hookedEngine({ holds: 1 });
    const [first, second] = await Promise.all([engine.answered(order), engine.answered(order)]);
    const third = await engine.answered(order);
    expect([first.outcome, second.outcome, third.outcome]).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect(third.stream).toEqual(first.stream);
    expect(engine.hook.asked()).toHaveLength(1);
  });

  test('asks nobody about what is refused anyway, nor about what needs no verdict', async () => {
    const engine = await hookedEngine();
    const wrong = place({ ...placement({ buyerId: 'ann' }), total: 1 }, 'wrong');
    expect(await engine.send(commandRequest(wrong))).toMatchObject({ rejection: { code: 'total-mismatch' } });
    const { stream } = await engine.answered(order);
    await engine.done(command(stream, 'CancelOrder', { reason: 'mind', lines: null }, 'cancel'));
    expect(engine.hook.asked()).toHaveLength(1);
  });

  test('says nothing of the receiver', async () => {
    const engine = await hookedEngine();
    await engine.answered(order);
    const [question] = engine.hook.asked();
    expect(question).toMatchObject({
      ...{ id: 'place-1', tenant: 'main', hook: 'risk', before: 'placing', command: 'PlaceOrder' },
      data: { buyerId: 'ann', currency: 'EUR' },
    });
    expect(Object.keys(question?.data ?? {})).not.toContain('receiver');
  });

  test('asks once for orders that are placed together, and each of them says so', async () => {
    const engine = await hookedEngine({ holds: 1 });
    const { buyerId: _buyer, receiver, allowRepeat: _repeat, ...leg } = placement();
    const together = command(
      { type: 'itinerary', key: '' },
      'PlaceItinerary',
      { buyerId: 'ann', receiver, legs: [leg, leg] },
      'together',
    );
    expect(await engine.answered(together)).toMatchObject({ outcome: 'accepted' });
    expect(engine.hook.asked()).toHaveLength(1);
    expect(engine.recorded().map(({ verdict }) => verdict)).toEqual(['hold', 'hold']);
  });

  test('asks before a payment starts', async () => {
    const engine = await hookedEngine({ refuses: 1 }, { before: 'paying' });
    const { stream } = await engine.done(order);
    const { total, currency } = placement();
    const start = { paymentId: 'pay-1', provider: 'bank', amount: total, currency };
    const answer = await engine.answered(command(stream, 'StartPayment', start, 'start'));
    expect(answer.rejection?.code).toBe('refused-by-hook');
    expect(engine.hook.asked()).toMatchObject([{ before: 'paying', stream: { key: stream.key } }]);
  });

  test('does not believe a hook that says nonsense', async () => {
    const clock = virtualClock(0);
    const said: unknown[] = [undefined, 'pass', { verdict: 'maybe' }];
    const nonsense = (async () => said.shift()) as unknown as Hook;
    const folder = aFolder();
    const engine = await startEngine(folder, { clock, hooks: () => nonsense });
    const rules = { name: 'risk', before: 'placing', budgetMs: BUDGET_MS, onTimeout: 'refuse' };
    await engine.done(toTenant('RegisterHook', rules, 'hook'));
    for (const id of ['a', 'b', 'c'])
      expect(await engine.send(place(placement({ buyerId: id }), id))).toMatchObject({
        rejection: { code: 'hook-unanswered' },
      });
  });
});
