// One suite for the hook that tests use, for a function in this process, and for one behind HTTP, which a real server
// stands for; and what only one behind HTTP can do wrong.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { Hook, HookQuestion } from '@orderloom/engine';
import { hookContract, serveHook, type ReceivedQuestion } from '@orderloom/testing';
import { isSignedNow, keyOf } from '../signature.ts';
import { httpHook, httpHooks } from './http-hook.ts';

const NOW = 1_700_000_000_000;
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const question: HookQuestion = {
  ...{ id: 'k-1', tenant: 'main', hook: 'risk', before: 'placing', command: 'PlaceOrder' },
  ...{ stream: { type: 'order', key: '' }, data: { total: 1_250 }, actor: null, channel: null },
};
const { signal } = new AbortController();
const isSigned = ({ headers, body }: ReceivedQuestion): boolean =>
  isSignedNow(() => NOW)(keyOf(secret)!, {
    id: String(headers['webhook-id']),
    timestamp: String(headers['webhook-timestamp']),
    signature: String(headers['webhook-signature']),
    body,
  });

hookContract({
  name: 'the hook of tests',
  create: async ({ port }) => ({ port, dispose: async () => undefined }),
});

hookContract({
  name: 'a hook behind HTTP',
  create: async ({ port }) => {
    const served = await serveHook(port, isSigned);
    return { port: httpHook({ url: served.url, secret }, () => NOW), dispose: served.close };
  },
});

const passing: Hook = async () => ({ verdict: 'pass', reason: null });

test('another secret signs nothing', async () => {
  const served = await serveHook(passing, isSigned);
  const port = httpHook({ url: served.url, secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, () => NOW);
  await expect(port(question, signal)).rejects.toThrow('the hook answered with 401');
  await served.close();
});

test.each([
  [500, '{"verdict":"pass"}'],
  [302, '{"verdict":"pass"}'],
  [204, ''],
  [200, 'no JSON'],
  [200, '{"verdict":"maybe"}'],
  [200, '[]'],
  [200, `{"verdict":"pass"}${' '.repeat(70_000)}`],
])('an answer that cannot be used is none: %j %.40s', async (status, body) => {
  const server = createServer((_request, response) =>
    response.writeHead(status, { location: '/' }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await expect(httpHook({ url, secret }, () => NOW)(question, signal)).rejects.toThrow();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('of a reason only a code is taken: it may not hold a name', async () => {
  const served = await serveHook(
    async () => ({ verdict: 'refuse', reason: 'Ann Smith again' }),
    () => true,
  );
  const port = httpHook({ url: served.url, secret }, () => NOW);
  expect(await port(question, signal)).toEqual({ verdict: 'refuse', reason: null });
  await served.close();
});

test('a hook is asked for its own tenant only', () => {
  const hooks = httpHooks(
    new Map([['risk', { tenant: 'shop', url: 'http://risk.example', secret }]]),
    Date.now,
  );
  expect(hooks('shop', 'risk')).toBeDefined();
  expect(hooks('main', 'risk')).toBeUndefined();
  expect(hooks('shop', 'other')).toBeUndefined();
});
