// `orderloom history journal/ORDER --open`: what a provider has said is opened with the keys of the folder, once nobody else
// has them, and never again when its buyer is erased.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandRequest } from '@orderloom/engine';
import { openEmbedded } from '@orderloom/embedded';
import { openKeyStore } from '@orderloom/sqlite';
import { exchangeSealer } from '@orderloom/wire';
import { orderloom, orderloomJson, scratchFolder } from '../running.ts';

const scratch = scratchFolder();
const data = join(scratch.path, 'shop');
afterAll(scratch.remove);

const came = '{"status":"paid","payer":"Ann Smith","token":"s3cret"}';
const exchanges = [
  { sent: '{"call":"GET /payments/p-1"}', received: Buffer.from(came) },
  { sent: null, received: Buffer.from('\u001b[31mAnn \u00ff', 'latin1') },
];
const about = { provider: 'bank', kind: 'payment', reference: 'e-1', code: 'paid', leftOut: 0, digest: null };

describe('a journal', () => {
  let order: string;
  beforeAll(async () => {
    const placed = ['--buyer', 'ann', '--line', 'MUG=1x450'];
    order = String((await orderloomJson('place', ...placed, '--data', data))['orderId']);
    const { engine, keyStore, stop } = await openEmbedded({ folder: data });
    const say = (type: string, key: string, command: string, said: object, commandId: string) =>
      engine.send(
        commandRequest({ stream: { tenant: 'main', type, key }, type: command, data: said, commandId }),
      );
    const seal = exchangeSealer({ engine, keyStore, onProblem: () => undefined });
    const rules = { silenceMs: 86_400_000, pausesMs: [86_400_000], refunds: false, legs: false };
    await say('tenant', 'main', 'RegisterPaymentProvider', { name: 'bank', ...rules }, 'register');
    for (const [at, exchange] of [...exchanges, undefined].entries()) {
      const sealed = exchange && (await seal({ tenant: 'main', orderId: order }, exchange));
      const said = { ...about, sent: null, received: null, bytes: at, sealed: sealed ?? null };
      await say('journal', order, 'NoteExchange', said, `note-${String(at)}`);
    }
    await stop();
  }, 180_000);

  const opened = async (): Promise<unknown[]> => {
    const { events } = await orderloomJson('history', `journal/${order}`, '--open', '--data', data);
    return (events as { opened: unknown }[]).map(({ opened }) => opened);
  };

  test('is opened, each message as it was said but for its secrets', async () => {
    expect(await opened()).toEqual([
      {
        ...{ outcome: 'opened', sent: exchanges[0]!.sent, encoding: 'utf-8' },
        received: came.replace('s3cret', '[masked]'),
      },
      {
        ...{ outcome: 'opened', sent: null, encoding: 'base64' },
        received: exchanges[1]!.received.toString('base64'),
      },
      { outcome: 'not-sealed' },
    ]);
    const { code, out } = await orderloom('history', `journal/${order}`, '--open', '--data', data);
    expect(code).toBe(0);
    expect(out).toContain('Ann Smith');
    expect(out).not.toContain('ciphertext');
  }, 180_000);

  test('is not opened by chance', async () => {
    const { out } = await orderloom('history', `journal/${order}`, '--data', data);
    expect(out).toContain('ExchangeNoted');
    expect(out).not.toContain('Ann');
  }, 180_000);

  test('is the only thing that is opened', async () => {
    const { code, err } = await orderloom('history', order, '--open', '--data', data);
    expect([code, err]).toEqual([2, expect.stringContaining('only journals are')]);
  }, 180_000);

  test('stays sealed while an engine has the keys, and when its buyer is erased', async () => {
    const { engine, stop } = await openEmbedded({ folder: data });
    expect(engine.versionOf({ tenant: 'main', type: 'journal', key: order })).toBe(3);
    const { code, err } = await orderloom('history', `journal/${order}`, '--open', '--data', data);
    expect([code, err]).toEqual([4, expect.stringContaining('stop it')]);
    await stop();
    const keys = openKeyStore(data);
    expect(keys.erase('main/ann')).toBe(true);
    keys.close();
    expect(await opened()).toEqual([{ outcome: 'erased' }, { outcome: 'erased' }, { outcome: 'not-sealed' }]);
  }, 180_000);
});
