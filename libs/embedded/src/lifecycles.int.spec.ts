// A published lifecycle never changes its meaning, and its orders need nothing but the log: the definition in it.
import { readdirSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { knownLifecycles, publishable, type LifecycleDefinition, type OrderState } from '@orderloom/domain';
import { aFolder, cleanUp, eventsOf, openEngine, startEngine } from './example-engine.ts';
import { command, pay, place, placement } from './example-commands.ts';

afterEach(cleanUp);

const known = (name: string) => knownLifecycles.find((lifecycle) => lifecycle.name === name)!;
const retail = known('retail');
const definition = JSON.parse(retail.definition) as LifecycleDefinition;
/** Retail without its time-out: another meaning. */
const untimed = (version: number) => publishable({ ...definition, version, deadlines: [] });
const total = placement().total;

const stateOf = async (engine: Awaited<ReturnType<typeof openEngine>>, key: string) =>
  (await engine.engine.stateOf({ tenant: 'main', type: 'order', key }))?.state as OrderState;

describe('a lifecycle that was changed', () => {
  test('without a new version refuses to start, and names both hashes', async () => {
    const folder = aFolder();
    await (await startEngine(folder)).stop();
    const changed = untimed(definition.version);
    const start = startEngine(folder, { lifecycles: [changed, known('terms')] });
    await expect(start).rejects.toMatchObject({ code: 'lifecycle-changed' });
    await expect(start).rejects.toThrow(retail.hash);
    await expect(start).rejects.toThrow(changed.hash);
  });

  test('leaves nothing behind in the log when it refuses', async () => {
    const folder = aFolder();
    await (await startEngine(folder)).stop();
    const before = eventsOf(folder);
    await expect(
      startEngine(folder, { lifecycles: [known('terms'), untimed(definition.version)] }),
    ).rejects.toThrow();
    expect(eventsOf(folder)).toEqual(before);
    await (await startEngine(folder)).stop();
  });

  test('under a new version is for new orders; the old ones go on with theirs', async () => {
    const folder = aFolder();
    const first = await startEngine(folder);
    const old = (await first.done(place(placement(), 'old'))).stream.key;
    await first.stop();
    const next = untimed(definition.version + 1);
    const engine = await startEngine(folder, { lifecycles: [next, known('terms')] });
    const young = (await engine.done(place(placement({ buyerId: 'bob' }), 'young'))).stream.key;
    expect(await stateOf(engine, old)).toMatchObject({
      lifecycle: `retail@${definition.version}#${retail.hash}`,
      deadline: { name: 'payment' },
    });
    expect(await stateOf(engine, young)).toMatchObject({
      lifecycle: `retail@${definition.version + 1}#${next.hash}`,
      deadline: null,
    });
    expect(await engine.send(pay(old, total, 'pay-old'))).toMatchObject({ outcome: 'accepted' });
    expect(eventsOf(folder).filter(({ type }) => type === 'LifecyclePublished')).toHaveLength(3);
  });
});

describe('an order whose lifecycle this build does not have', () => {
  const lines = [{ lineId: 'a', quantity: 2 }];

  test('is folded, explained and completed from the definition in the log', async () => {
    const folder = aFolder();
    const first = await startEngine(folder);
    const key = (await first.done(place(placement(), 'place'))).stream.key;
    const before = await first.engine.explain({ tenant: 'main', type: 'order', key });
    await first.stop();

    const engine = await openEngine(folder, { lifecycles: [known('terms')] });
    const ref = { tenant: 'main', type: 'order', key };
    expect(await engine.engine.explain(ref)).toEqual(before);
    await engine.done(pay(key, total, 'pay'));
    await engine.done(command(ref, 'ShipLines', { parcelId: 'P1', lines }, 'ship'));
    await engine.done(command(ref, 'ConfirmDelivery', { parcelId: 'P1' }, 'deliver'));
    await engine.engine.settled();
    expect((await engine.engine.explain(ref))?.explanation.status).toMatchObject({
      fulfilment: 'delivered',
      payment: 'paid',
    });
    const history = await engine.engine.history(ref, 0, 100);
    expect(history.map(({ type }) => type)).toEqual([
      'OrderPlaced',
      'PaymentConfirmed',
      'LinesShipped',
      'LinesDelivered',
    ]);
    expect(await engine.engine.get('order', 'main', key)).toMatchObject({ version: 4 });
  });

  test('is folded the same from the log alone, without snapshot and views', async () => {
    const folder = aFolder();
    const first = await startEngine(folder);
    const key = (await first.done(place(placement(), 'place'))).stream.key;
    await first.done(pay(key, total, 'pay'));
    const state = await stateOf(first, key);
    await first.stop();
    for (const file of readdirSync(folder)) if (/^(snapshot|views)/.test(file)) rmSync(`${folder}/${file}`);
    const engine = await openEngine(folder, { lifecycles: [] });
    expect(await stateOf(engine, key)).toEqual(state);
    await engine.engine.settled();
    expect(await engine.engine.get('order', 'main', key)).toMatchObject({ version: 2 });
  });
});
