// `orderloom effects` over an engine of its own: what was given up is listed, and that of a window made again.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const hook = {
  ...{ name: 'wms', url: 'https://wms.example/orders', events: ['OrderPlaced'] },
  ...{ maxAttempts: 1, firstRetryMs: 1_000, inOrder: false },
};

describe('with calls that came to nothing', () => {
  const data = join(scratch.path, 'shop');
  const engine = started('serve', '--data', data, '--port', '0');
  const say = (to: string, type: string, said: object): Promise<unknown> =>
    orderloomJson('send', to, type, JSON.stringify(said), '--data', data);
  const calls: string[] = [];
  const instants: string[] = [];
  beforeAll(async () => {
    while (!engine.said().includes('Orderloom serves'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await say('tenant/main', 'SubscribeWebhook', hook);
    for (const sku of ['TEA', 'MUG']) {
      instants.push(new Date().toISOString());
      const { orderId } = await orderloomJson('place', '--line', `${sku}=1x450`, '--data', data);
      const call = `${String(orderId)}.1.wms`;
      await say(`effect/${call}`, 'StartAttempt', { attempt: 1 });
      await say(`effect/${call}`, 'RecordFailure', { attempt: 1, outcome: 'failed', code: 'http-503' });
      calls.push(call);
    }
  }, 180_000);
  afterAll(async () => {
    engine.child.kill('SIGTERM');
    await engine.ran;
  });
  const redriven = async (...args: readonly string[]): Promise<unknown> => {
    const body = await orderloomJson('effects', 'redrive', ...args, '--data', data);
    return (body['redriven'] as { effectId: string }[]).map(({ effectId }) => effectId);
  };

  test('those of a window are made again, and no others', async () => {
    const window = ['--webhook', 'wms', '--from', instants[1] ?? ''];
    expect(await redriven(...window, '--dry-run')).toEqual([calls[1]]);
    expect(await redriven(...window, '--actor', 'ann')).toEqual([calls[1]]);
    expect(await redriven(...window)).toEqual([]);
    const { code, out } = await orderloom('effects', 'list', '--status', 'given-up', '--data', data);
    expect([code, out]).toEqual([0, expect.stringContaining(calls[0] ?? '')]);
    expect(out).not.toContain(calls[1]);
  }, 180_000);

  test('nobody means all of them by saying nothing', async () => {
    const { code, err } = await orderloom('effects', 'redrive', '--data', data);
    expect([code, err]).toEqual([2, expect.stringContaining('--all for all of them')]);
    expect(await redriven('--all')).toEqual([calls[0]]);
  }, 180_000);
});
