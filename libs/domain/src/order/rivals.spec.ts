import { describe, expect, it } from '@jest/globals';
import { memoryEngine, random, type MemoryEngineParts, type Random } from '@orderloom/testing';
import { domainRegistry, unchangedPolicy, type OrderCommand, type TenantState } from '../index.ts';
import { candidates } from './candidates.ts';
import { b2bSpec } from './example-b2b.ts';
import { exampleLine, examplePlacement, NOON } from './examples.ts';
import { publishable } from './lifecycle/definition.ts';
import { defineLifecycle } from './lifecycle/own.ts';
import { tableStepper } from './lifecycle/stepper.ts';
import { knownLifecycles } from './lifecycles/known.ts';
import { orderCommands } from './vocabulary.ts';
import { orderStreamType } from './order-stream.ts';
import type { OrderState } from './state.ts';

// A command is said twice at once, beside another that the order would also take, and is said again later. All answers are
// as if everything had been said one after the other, and nothing happens twice.

const ORDERS = process.env['ORDERLOOM_SIZE'] === 'full' ? 5_000 : 150;
const STEPS = 14;

const b2b = publishable(defineLifecycle(b2bSpec).definition);
const registry = domainRegistry({ stepper: tableStepper, lifecycles: [...knownLifecycles, b2b] });
const { decider } = orderStreamType({ stepper: tableStepper });

/**
 * What anybody may say of an order as it finds it. The rest is said by its deadlines and by other streams, or upon a version
 * of a section, of which 7.1 has 200 writers.
 */
const isCalled = (type: OrderCommand['type']): boolean => {
  const rule = orderCommands[type];
  return rule.internal !== true && rule.decidesOn === undefined;
};

const called = (Object.keys(orderCommands) as OrderCommand['type'][]).filter(isCalled);

const to = (type: string, key: string) => ({ tenant: 'main', type, key });

const openShop = async (mechanisms: MemoryEngineParts['mechanisms'] = {}) => {
  const shop = await memoryEngine({ registry, opensAt: NOON }, { mechanisms });
  await shop.send('tenant', 'main', 'CreateTenant', {}, 'tenant');
  const limits = { ...unchangedPolicy, approvalLimits: [{ currency: 'EUR', amount: 3_000 }] };
  await shop.send('tenant', 'main', 'SetPolicy', limits, 'limits');
  return shop;
};
type Shop = Awaited<ReturnType<typeof openShop>>;

type Said = { readonly command: OrderCommand; readonly id: string };

/** The first of two twice, and the other, which comes before it or between. */
const mixed = (first: Said, rival: Said, source: Random): readonly Said[] =>
  source.chance(0.5) ? [first, rival, first] : [rival, first, first];

/** An order's commands, decided by the pure decider alone. */
const aside = ({ engine }: Shop, key: string) => {
  const global = engine.globalOf('main') as TenantState;
  const context = {
    ...{ stream: to('order', key), now: NOON, global, globalVersion: 1, actor: 'ann', channel: null },
  };
  /** What follows of a command; `undefined`: nothing, it is refused. */
  const after = (state: OrderState, command: OrderCommand) => {
    const decision = decider.decide(state, command, context);
    if (decision.outcome !== 'accepted') return undefined;
    const folding = { ...context, recordedAt: NOON, version: 1 };
    return {
      state: decision.events.reduce((before, event) => decider.evolve(before, event, folding), state),
      events: decision.events.length,
    };
  };
  /** What each must be answered, and how many events there are then. */
  const inTurn = (from: OrderState, said: readonly Said[]) => {
    let [state, events] = [from, 0];
    const accepted = new Set<string>();
    const outcomes = said.map(({ command, id }) => {
      if (accepted.has(id)) return 'duplicate';
      const next = after(state, command);
      if (!next) return 'refused';
      accepted.add(id);
      [state, events] = [next.state, events + next.events];
      return 'accepted';
    });
    return { outcomes, events, accepted };
  };
  return { after, inTurn };
};

/** The life of an order in such races. Gives what was wrong; `tried` counts how often each command was the first. */
const raced = async (shop: Shop, seed: number, tried: Map<string, number>): Promise<readonly string[]> => {
  const source = random(seed);
  const wrong: string[] = [];
  const send = (key: string, { command: { type, data }, id }: Said) =>
    shop.send('order', key, type, data, `${String(seed)}-${id}`);
  const lifecycle = source.oneOf(['retail', 'terms', 'b2b']);
  // Of every second one of them more is ordered than somebody may order alone.
  const lines = [exampleLine('a', 2), ...(source.chance(0.5) ? [exampleLine('b', 1)] : [])];
  const data = examplePlacement({ lifecycle, lines, buyerId: `buyer-${String(seed)}` });
  const placing: OrderCommand = { type: 'PlaceOrder', data };
  const { key } = (await send('', { command: placing, id: 'place' })).stream;
  const { after, inTurn } = aside(shop, key);
  const now = async () => {
    await shop.engine.settled();
    return (await shop.engine.stateOf(to('order', key))) as { state: OrderState; version: number };
  };
  for (let step = 0; step < STEPS; step++) {
    const before = await now();
    const possible = candidates(before.state).filter((one) => isCalled(one.type) && after(before.state, one));
    if (possible.length === 0) return wrong;
    // What was first least often: what is seldom possible is not crowded out by holds and notes.
    const least = Math.min(...possible.map(({ type }) => tried.get(type) ?? 0));
    const first = source.oneOf(possible.filter(({ type }) => (tried.get(type) ?? 0) === least));
    const rival = source.oneOf(possible);
    tried.set(first.type, least + 1);
    const said = mixed(
      { command: first, id: `${String(step)}-first` },
      { command: rival, id: `${String(step)}-rival` },
      source,
    );
    const must = inTurn(before.state, said);
    const answers = await Promise.all(said.map((one) => send(key, one)));
    const behind = await now();
    const repeated = await Promise.all(said.map((one) => send(key, one)));
    const atLast = await now();

    const where = `${first.type} beside ${rival.type}, order ${String(seed)}, step ${String(step)}`;
    const holds = (is: boolean, what: string): unknown => is || wrong.push(`${where}: ${what}`);
    const outcomes = answers.map(({ outcome }) => outcome).join();
    holds(outcomes === must.outcomes.join(), `${outcomes} in place of ${must.outcomes.join()}`);
    holds(behind.version === before.version + must.events, 'not as many events as in turn');
    said.forEach(({ id }, nth) =>
      holds(repeated[nth]?.outcome === 'duplicate' || !must.accepted.has(id), 'forgotten when said again'),
    );
    if (must.accepted.size === new Set(said.map(({ id }) => id)).size)
      holds(atLast.version === behind.version, 'done again when said again');
  }
  return wrong;
};

describe('a command, its repetition and its rival', () => {
  it('are answered as if they had been said one after the other', async () => {
    const shop = await openShop();
    const tried = new Map<string, number>();
    const wrong: string[] = [];
    for (let seed = 1; seed <= ORDERS; seed++) wrong.push(...(await raced(shop, seed, tried)));
    expect(wrong).toEqual([]);
    // An order is placed once, and there is no other lifecycle to move it to.
    const untried = called.filter((type) => !tried.has(type));
    expect(untried).toEqual(['PlaceOrder', 'MigrateLifecycle']);
  });

  it('(null control) are not, where what was said is not remembered', async () => {
    const shop = await openShop({ dedup: false });
    expect((await raced(shop, 1, new Map())).join()).toContain('done again when said again');
  });
});
