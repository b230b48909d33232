// A hook on the Kafka profile: the edge asks, the verdict travels with the command, and nobody who writes around the edge
// gets around the hook.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { StreamRef } from '@orderloom/decider';
import { openEngine, openProcessors, untilDecided } from '@orderloom/distributed';
import type { OrderState } from '@orderloom/domain';
import { askingHooks, ensureTenant } from '@orderloom/embedded';
import { commandRequest, systemClock, type Engine } from '@orderloom/engine';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { fakeHook, leftOut, mugOrder } from '@orderloom/testing';
import { describeSchema, publicSchemas, schemaHistory } from '@orderloom/wire';
import { freshTopics } from './shop.ts';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('hooks on real servers', obstacle);
jest.setTimeout(180_000);

const PARTITIONS = 2;

(obstacle === undefined ? describe : describe.skip)('an edge on Kafka whose tenant has a hook', () => {
  const hook = fakeHook({ seed: 1, clock: systemClock, mood: { holds: 1 } });
  const closers: (() => unknown)[] = [];
  let around: Engine;
  let edge: Engine;

  beforeAll(async () => {
    const brokers = (await sharedServer('kafka')).urls;
    const [url = ''] = (await sharedServer('schema-registry')).urls;
    await fillingRegistry(() => publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema }));
    const schemaIds = await openSchemaIds({
      ...{ url, describe: describeSchema, patienceMs: 60_000, onWait: () => undefined },
      schemas: publicSchemas(),
    });
    const { prefix } = await freshTopics(brokers, PARTITIONS);
    const shared = { cluster: { brokers, clientId: 'spec' }, schemaIds, partitions: PARTITIONS, prefix };
    const processors = await openProcessors(shared);
    closers.push(processors.stop);
    ({ engine: around } = await openEngine({ ...shared, processors, waitMs: 60_000 }));
    closers.push(around.stop);
    await untilDecided(() => ensureTenant(around, 'main'));
    edge = askingHooks(around, { hookOf: () => hook.port }).engine;
    const rules = { name: 'risk', before: 'placing', budgetMs: 10_000, onTimeout: 'refuse' };
    const tenant: StreamRef = { tenant: 'main', type: 'tenant', key: 'main' };
    const register = { stream: tenant, type: 'RegisterHook', data: rules, commandId: 'register' };
    expect(await around.send(commandRequest(register))).toMatchObject({ outcome: 'accepted' });
  }, 900_000);
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  }, 120_000);

  const place = (name: string) =>
    commandRequest({
      ...{
        stream: { tenant: 'main', type: 'order', key: '' },
        type: 'PlaceOrder',
        commandId: `place-${name}`,
      },
      data: { ...mugOrder(name), paymentMethod: null, payBy: null },
    });

  test('asks once, and the order says what was said; said again the command has its first answer', async () => {
    const placed = await edge.send(place('ann'));
    expect(placed).toMatchObject({ outcome: 'accepted', version: 3 });
    const { handling } = (await around.stateOf(placed.stream))?.state as OrderState;
    expect(handling?.holds).toEqual([{ holdId: 'hook:risk', reason: 'risk: too-many-orders' }]);
    expect(await edge.send(place('ann'))).toMatchObject({ outcome: 'duplicate', stream: placed.stream });
    expect(hook.asked()).toHaveLength(1);
  });

  test('cannot be got around', async () => {
    const answer = await around.send(place('bob'));
    expect([answer.outcome, answer.rejection?.code]).toEqual(['refused', 'verdict-missing']);
  });
});
