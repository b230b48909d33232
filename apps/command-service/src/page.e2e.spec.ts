// The built-in page in a real browser: it lists orders, shows one order's timeline, and a failed payment is repaired with
// a few clicks; of what there is to do somebody takes an order. Needs a Chromium; where there is none, it says so.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { debianFind, debianObstacle } from '@orderloom/stack';
import { engineProcess, leftOut, type EngineProcess } from '@orderloom/testing';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ask, write } from './example/ask.ts';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const WAIT_MS = 30_000;
/** Text of a caller that would run if the page took it for HTML. */
const NASTY = 'declined <img src=x onerror="document.title=1">';

const aBrowser = (): string | undefined =>
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
const obstacle = debianObstacle('chromium', aBrowser);
if (obstacle !== undefined) leftOut('apps/command-service/src/page.e2e.spec.ts', obstacle);

(obstacle === undefined ? describe : describe.skip)('the page at /', () => {
  const complaints: string[] = [];
  let engine: EngineProcess;
  let browser: Browser | undefined;
  let page: Page;
  let failed = '';

  const placed = async (buyerId: string): Promise<string> => {
    const lines = [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1249 }];
    const answer = await ask(
      engine.url,
      '/v1/orders',
      write({ buyerId, currency: 'EUR', total: 2498, lines }),
    );
    return String(answer.body['orderId']);
  };

  beforeAll(async () => {
    engine = await engineProcess(PROGRAM);
    for (const buyer of ['ada', 'bob', 'cleo']) failed = await placed(buyer);
    const data = { paymentId: 'p-1', provider: 'acme', reason: NASTY };
    const last = await ask(
      engine.url,
      `/v1/orders/${failed}/commands`,
      write({ type: 'ReportPaymentFailure', data }),
    );
    await ask(engine.url, `/v1/orders/${failed}`, {
      headers: { 'min-position': String(last.headers['position']) },
    });
    const executablePath = await debianFind('chromium', aBrowser);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(engine.url);
  }, 600_000);
  afterAll(async () => {
    try {
      await browser?.close();
    } finally {
      await engine.stop();
    }
  });

  const shown = (selector: string): Promise<string> => page.locator(selector).innerText();

  test('lists the orders, newest first', async () => {
    await page.locator('#rows tr').nth(2).waitFor();
    expect(await page.locator('#rows tr td:nth-child(6)').allInnerTexts()).toEqual(['cleo', 'bob', 'ada']);
  });

  test('lists those of one status', async () => {
    await page.selectOption('#filter', 'payment.paid');
    await page.locator('#empty').waitFor();
    await page.selectOption('#filter', '');
    await page.locator('#rows tr').nth(2).waitFor();
  });

  test('opens one and shows its timeline, with text as text', async () => {
    await page.locator('#rows').getByLabel(`Order ${failed}`).click();
    await page.locator('#timeline li').nth(1).waitFor();
    const names = await page.locator('#timeline strong').allInnerTexts();
    expect(names.map((name) => name.trim())).toEqual(['1. order placed', '2. payment failed']);
    await page.locator('#timeline summary').nth(1).click();
    expect(await page.locator('#timeline pre').nth(1).innerText()).toContain('declined <img src=x');
    expect(await page.locator('img').count()).toBe(0);
    expect(await shown('#next-deadline')).toContain('Next deadline: payment');
  });

  test('repairs a failed payment by button', async () => {
    await page.getByRole('button', { name: 'confirm payment' }).click();
    expect(JSON.parse(await page.locator('#data').inputValue())).toMatchObject({
      amount: 2498,
      currency: 'EUR',
    });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('#message').filter({ hasText: 'confirm payment: accepted' }).waitFor();
    await page.locator('#timeline li').nth(2).waitFor();
    expect(await shown('#facts')).toContain('payment: paid');
    const { body } = await ask(engine.url, `/v1/orders/${failed}/explain`);
    expect(body['status']).toMatchObject({ payment: 'paid' });
  });

  test('shows why a command is refused, and keeps what was written', async () => {
    await page.getByRole('button', { name: 'cancel order' }).click();
    const lines = [{ lineId: '9', quantity: 1 }];
    await page.locator('#data').fill(JSON.stringify({ reason: 'none', lines }));
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('#problem').filter({ hasText: 'no line' }).waitFor();
    expect(await page.locator('#data').inputValue()).toContain('"lineId":"9"');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  });

  test('holds an order, corrects its receiver upon what it shows, and lets it go', async () => {
    const say = async (command: string, entry: string): Promise<void> => {
      await page.getByRole('button', { name: command }).click();
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.locator('#timeline').filter({ hasText: entry }).waitFor();
    };
    const facts = (text: string) => page.locator('#facts').filter({ hasText: text }).waitFor();
    await say('hold order', 'order held');
    await facts('hold: held');
    await say('edit receiver', 'receiver edited');
    await say('release hold', 'hold released');
    await facts('hold: clear');
  });

  const work = (text: string) => page.locator('#work-rows tr').filter({ hasText: text });
  const workButton = (name: 'Claim' | 'Release') =>
    page.getByRole('button', { name: `${name} order ${failed}` });
  const claimedBy = async (actor: string): Promise<number> => {
    const said = { type: 'ClaimWork', data: { list: 'to-ship', minutes: 5 }, actor };
    return (await ask(engine.url, `/v1/orders/${failed}/commands`, write(said))).status;
  };

  test('lists the work of each kind, with why it is urgent', async () => {
    await work(failed.slice(-10)).waitFor();
    await page.selectOption('#work-list', 'at-risk');
    await work('payment').nth(1).waitFor();
    expect(await page.locator('#work-rows tr').count()).toBe(2);
    await page.selectOption('#work-list', 'to-refund');
    await page.locator('#work-empty').waitFor();
    await page.selectOption('#work-list', 'to-ship');
  });

  test('gives an order of a list to whoever says a name, and to nobody else until it is released', async () => {
    await workButton('Claim').click();
    await page.locator('#message').filter({ hasText: 'say your name' }).waitFor();
    await page.fill('#actor', 'ann');
    await workButton('Claim').click();
    await work('ann until').waitFor();
    expect(await claimedBy('bob')).toBe(409);
    await page.selectOption('#work-claim', 'unclaimed');
    await page.locator('#work-empty').waitFor();
    await page.selectOption('#work-claim', 'mine');
    await workButton('Release').click();
    await page.locator('#work-empty').waitFor();
    expect(await claimedBy('bob')).toBe(200);
  });

  test('shows what somebody else has, without a button for it', async () => {
    await page.selectOption('#work-claim', 'claimed');
    await work('bob until').waitFor();
    expect(await workButton('Release').count()).toBe(0);
    await page.fill('#actor', 'bob');
    await workButton('Release').waitFor();
  });

  test('had nothing to complain about but that refusal', () => {
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  });
});
