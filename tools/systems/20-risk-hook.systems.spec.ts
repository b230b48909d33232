// Somebody is asked before an order is placed, and before it is paid: what they say holds, and what holds where they say
// nothing is known beforehand and stands in the order.
import { expect } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { domainRegistry, tableStepper, type VerdictGivenData } from '@orderloom/domain';
import { askingHooks } from '@orderloom/embedded';
import { commandRequest, type Clock, type CommandRequest, type CommandResult } from '@orderloom/engine';
import { fakeHook, turns, virtualClock } from '@orderloom/testing';
import { anOrder, NOON, openShop, payment, TURNS, type Shop } from './shop.ts';
import { statement, type Trial } from './statement.ts';
import { noHooks } from './without.ts';

const BUDGET_MS = 300;
const MOOD = { holds: 0.2, refuses: 0.2, slow: 0.2, away: 0.1 };
const AT_ONCE = 50;
const DEFAULTS = ['pass', 'hold', 'refuse'] as const;
const registry = domainRegistry({ stepper: tableStepper });

/** A clock on which nothing is ever too late. */
const patient = (clock: Clock): Clock => ({ ...clock, after: () => () => undefined });

const askingShop = async (has: Trial['has']) => {
  const clock = virtualClock(NOON);
  const shop = await openShop({ clock, registry: has('verdicts-first') ? registry : noHooks(registry) });
  const hook = fakeHook({ seed: 20, clock, mood: MOOD, slowMs: 2 * BUDGET_MS });
  const { engine } = askingHooks(shop.engine, {
    hookOf: () => hook.port,
    clock: has('budgets') ? clock : patient(clock),
  });
  /** Sends all of them at once, and lets the clock go on until each is answered. */
  const sendAll = async (requests: readonly CommandRequest[]): Promise<readonly CommandResult[]> => {
    let isOver = false;
    const answers = Promise.all(requests.map(engine.send)).finally(() => (isOver = true));
    await turns(TURNS);
    while (!isOver) {
      clock.advance(BUDGET_MS);
      await turns(TURNS);
    }
    return answers;
  };
  return { shop, hook, sendAll };
};

type AskingShop = Awaited<ReturnType<typeof askingShop>>;

const registerBoth = async ({ say }: Shop, onTimeout: string): Promise<void> => {
  for (const before of ['placing', 'paying']) {
    const rules = { name: `before-${before}`, before, budgetMs: BUDGET_MS, onTimeout };
    expect(await say('tenant/main', 'RegisterHook', rules)).toMatchObject({ outcome: 'accepted' });
  }
};

/** What is to come of a command, by what the hook really did. */
const wanted = ({ hook }: AskingShop, commandId: string, onTimeout: string) => {
  const did = hook.did().get(commandId);
  const isSilent = did === 'slow' || did === 'away';
  const verdict = isSilent ? onTimeout : did;
  if (verdict === 'refuse')
    return { code: isSilent ? 'hook-unanswered' : 'refused-by-hook', verdict: [], holds: false };
  const by = { slow: 'time-out', away: 'failure' }[did as string] ?? 'hook';
  return { code: null, verdict: [`${String(verdict)} by ${by}`], holds: verdict === 'hold' };
};

/** What has come of it, by what is kept. */
const found = (events: readonly RecordedEvent[], rejection: CommandResult['rejection']) => {
  const verdicts = events.flatMap(({ type, data }) =>
    type === 'VerdictGiven' ? [data as VerdictGivenData] : [],
  );
  return {
    code: rejection?.code ?? null,
    verdict: verdicts.map(({ verdict, by }) => `${verdict} by ${by}`),
    holds: events.some(({ type }) => type === 'OrderHeld'),
  };
};

const place = (name: string): CommandRequest =>
  commandRequest({
    ...{ stream: { tenant: 'main', type: 'order', key: '' }, type: 'PlaceOrder', commandId: `place-${name}` },
    data: anOrder(1, { buyerId: name }),
  });

const start = (key: string): CommandRequest =>
  commandRequest({
    ...{ stream: { tenant: 'main', type: 'order', key }, type: 'StartPayment', commandId: `start-${key}` },
    data: payment,
  });

/** Each command has come to what the hook's answer to it means. */
const expectVerdicts = (asking: AskingShop, answers: readonly CommandResult[], onTimeout: string): void => {
  const kept = new Map<string, RecordedEvent[]>();
  for (const event of asking.shop.events())
    kept.set(event.commandId, [...(kept.get(event.commandId) ?? []), event]);
  expect(answers.map(({ commandId, rejection }) => found(kept.get(commandId) ?? [], rejection))).toEqual(
    answers.map(({ commandId }) => wanted(asking, commandId, onTimeout)),
  );
};

/** Places and pays so many orders; gives what was placed. */
const trade = async (asking: AskingShop, names: readonly string[], onTimeout: string) => {
  const answers = await asking.sendAll(names.map(place));
  expectVerdicts(asking, answers, onTimeout);
  const placed = answers.filter(({ outcome }) => outcome === 'accepted');
  // Who holds an order at its placing does so at its payment too, under another name.
  expectVerdicts(asking, await asking.sendAll(placed.map(({ stream }) => start(stream.key))), onTimeout);
  return placed;
};

statement('20.4', async ({ size, has }) => {
  const asking = await askingShop(has);
  const { shop, hook, sendAll } = asking;
  for (const onTimeout of DEFAULTS) {
    await registerBoth(shop, onTimeout);
    for (let from = 0; from < size / DEFAULTS.length; from += AT_ONCE) {
      const names = Array.from({ length: AT_ONCE }, (_, n) => `${onTimeout}-${String(from + n)}`);
      const placed = await trade(asking, names, onTimeout);
      const asked = hook.asked().length;
      const again = await sendAll(placed.map(({ commandId }) => place(commandId.replace('place-', ''))));
      expect(again.map(({ outcome, stream }) => [outcome, stream])).toEqual(
        placed.map(({ stream }) => ['duplicate', stream]),
      );
      expect(hook.asked()).toHaveLength(asked);
    }
  }
  // Nobody gets around it, and what is kept is read again without asking anybody.
  expect(await shop.engine.send(place('around'))).toMatchObject({ rejection: { code: 'verdict-missing' } });
  const asked = hook.asked().length;
  const kept = shop.events().length;
  expect((await openShop({ disk: shop.disk })).events()).toHaveLength(kept);
  expect(hook.asked()).toHaveLength(asked);
});
