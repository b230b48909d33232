// Data folders as earlier releases wrote them: this build opens each, comes to the same statuses and goes on writing.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderPlacedData, OrderState } from '@orderloom/domain';
import { commandRequest, type Engine } from '@orderloom/engine';
import { openReceiver } from '@orderloom/wire';
import { ensureTenant } from './ensure-tenant.ts';
import { openEmbedded } from './open-embedded.ts';

const golden = join(import.meta.dirname, '../../wire/golden');
const releases = readdirSync(golden).filter((name) => existsSync(join(golden, name, 'data')));

type Recorded = {
  readonly events: number;
  readonly orders: Readonly<Record<string, { readonly key: string; readonly version: number }>>;
};

/** Commands that came after a release, and may be said of its orders too. */
const SINCE = [
  ...['ApproveReturn', 'ReportReturnShipped', 'ReceiveReturn', 'InspectReturn'],
  ...['OpenDispute', 'AddEvidence', 'ResolveDispute'],
];

const known = (commands: readonly string[]): readonly string[] =>
  commands.filter((type) => !SINCE.includes(type));

/** What a release of then would say of an order. */
const asThen = (said: Awaited<ReturnType<Engine['explain']>>) =>
  said && {
    ...said,
    explanation: {
      ...said.explanation,
      allowedCommands: known(said.explanation.allowedCommands),
      mayRefuse: known(said.explanation.mayRefuse),
    },
  };

test('there is at least one release', () => {
  expect(releases.length).toBeGreaterThan(0);
});

describe.each(releases)('the data folder of %s', (release) => {
  const recorded = JSON.parse(readFileSync(join(golden, release, 'data.json'), 'utf8')) as Recorded;
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orderloom-golden-'));
    cpSync(join(golden, release, 'data'), folder, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('opens with every order where the release left it', async () => {
    // The deadlines of that day are long over: a clock that stands at the log's own time leaves them alone.
    const { engine, stop } = await openEmbedded({
      folder,
      clock: { now: () => Date.UTC(2026, 10, 23, 9), after: () => () => undefined },
    });
    for (const { key, ...expected } of Object.values(recorded.orders))
      expect(asThen(await engine.explain({ tenant: 'main', type: 'order', key }))).toMatchObject(expected);
    expect(engine.asOf().head).toBe(recorded.events);
    await stop();
  });

  test('shows every order in the views, with a receiver that its keys open', async () => {
    const { engine, keyStore, stop } = await openEmbedded({ folder });
    await engine.settled();
    const key = recorded.orders['shipped']?.key ?? '';
    const [placed] = await engine.history({ tenant: 'main', type: 'order', key }, 0, 1);
    const { receiver } = placed?.data as OrderPlacedData;
    expect(receiver && openReceiver(keyStore, receiver)?.name).toBe('Åsa Ångström');
    expect((await engine.list('order', 'main', 'all:', null, 50)).documents).toHaveLength(
      Object.keys(recorded.orders).length,
    );
    await stop();
  });

  test('has orders that go on under their own lifecycle, which has no word for what came later', async () => {
    const { engine, stop } = await openEmbedded({ folder });
    await ensureTenant(engine, 'main');
    const stream = { tenant: 'main', type: 'order', key: recorded.orders['shipped']?.key ?? '' };
    const state = (await engine.stateOf(stream))?.state as OrderState;
    const send = (type: string, data: object) =>
      engine.send(commandRequest({ stream, type, data, commandId: type, actor: 'ann' }));
    expect(await send('HoldOrder', { holdId: null, reason: 'late' })).toMatchObject({
      rejection: {
        code: 'not-allowed-now',
        reason: expect.stringContaining('retail@1, which the order follows to its end, has no word'),
      },
    });
    const { refundId, amount } = state.money.refunds.find(({ confirmed }) => !confirmed)!;
    const back = { refundId, amount, paymentId: null, provider: null };
    expect(await send('ConfirmRefund', back)).toMatchObject({ outcome: 'accepted' });
    await stop();
  });

  test('takes new commands', async () => {
    const { engine, stop } = await openEmbedded({ folder });
    const result = await engine.send(
      commandRequest({
        stream: { tenant: 'main', type: 'stock', key: 'mug@lund' },
        type: 'ReceiveStock',
        data: { quantity: 1, reference: 'later' },
        commandId: 'after-the-release',
      }),
    );
    expect(result.outcome).toBe('accepted');
    await stop();
  });
});
