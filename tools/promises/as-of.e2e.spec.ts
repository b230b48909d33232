// Promise: an order at any instant of its past is what its events up to there make of it. 1,000 random instants over the
// history of a shop, against a fold of the log itself by XState.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statusIn } from '@orderloom/decider';
import { domainRegistry, xstateStepper, type OrderState } from '@orderloom/domain';
import { random, type LogEvent } from '@orderloom/testing';
import { appWithShop, viewsAtHead } from './a-shop.ts';
import type { App } from './app.ts';
import { ask } from './ask.ts';
import { readEvents } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { addressOf } from './sender.ts';
import { size } from './size.ts';

const ANSWERS = size(400, 20_000);
const INSTANTS = 1000;

const { types } = domainRegistry({ stepper: xstateStepper });
const definitionOf = (type: string) => types.find(({ name }) => name === type)!;

let app: App;
let events: readonly LogEvent[];

beforeAll(
  async () => {
    const folder = aFolder();
    app = await appWithShop(folder, ANSWERS);
    await viewsAtHead(app);
    events = readEvents(folder);
  },
  size(60_000, 600_000),
);
afterAll(async () => {
  await app.stop();
  await cleanUp();
});

/** State and status of a stream behind these events of it; `tenant` is the state of its tenant. */
const folded = (past: readonly LogEvent[], tenant: unknown) => {
  const [first] = past;
  const definition = definitionOf(first!.stream.type);
  const state = past.reduce<unknown>((before, event) => {
    const { stream, recordedAt, version, type, data } = event;
    return definition.decider.evolve(before, { type, data }, { stream, recordedAt, version, global: tenant });
  }, definition.decider.initialState);
  return { state, status: statusIn(definition, state, tenant) };
};

/** What an order's document must say of its state. */
const orderOf = ({ lines, money, parcels }: OrderState) => ({
  lines: lines.map((units) => ({ units })),
  money: { paid: money.paid, reduced: money.reduced },
  parcels,
});

test(`${INSTANTS} random instants equal an independent fold`, async () => {
  const byStream = new Map<string, LogEvent[]>();
  for (const event of events) {
    const id = `${event.stream.type}/${event.stream.key}`;
    byStream.set(id, [...(byStream.get(id) ?? []), event]);
  }
  const tenant = folded(byStream.get('tenant/main')!, undefined).state;
  const streams = [...byStream.values()].filter(([first]) => first!.stream.type !== 'tenant');
  const source = random(31);
  let [before, inside] = [0, 0];
  for (let at = 0; at < INSTANTS; at++) {
    const history = source.oneOf(streams);
    const instant = source.oneOf(history).recordedAt + source.below(3) - 1;
    const past = history.filter(({ recordedAt }) => recordedAt <= instant);
    const path = `${addressOf(history[0]!.stream)}?asOf=${new Date(instant).toISOString()}`;
    const answer = await ask(app.url, path);
    if (past.length === 0) {
      before++;
      expect([path, answer.body['code']]).toEqual([path, 'as-of-before']);
      continue;
    }
    if (past.length < history.length) inside++;
    const { state, status } = folded(past, tenant);
    const { type } = history[0]!.stream;
    // A foreign id shows whose it is, and no status.
    const shown = {
      ...(type !== 'alias' && { status }),
      ...(type === 'order' && orderOf(state as OrderState)),
    };
    expect([path, answer.body]).toMatchObject([path, { version: past.length, ...shown }]);
  }
  // It would prove little if all of them were at the ends.
  expect(before).toBeGreaterThan(INSTANTS / 50);
  expect(inside).toBeGreaterThan(INSTANTS / 5);
});
