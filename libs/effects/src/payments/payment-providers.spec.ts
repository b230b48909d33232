// One suite for the provider that tests use and for the one behind HTTP, which a real server stands for; and what only
// a provider behind HTTP can do wrong.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { PaymentProvider } from '@orderloom/engine';
import { paymentProviderContract, servePayments } from '@orderloom/testing';
import { httpPaymentProvider } from './http-payment-provider.ts';
import { readAnswer } from './provider-answer.ts';

const TOKEN = 'a token of the account';
const signal = new AbortController().signal;

paymentProviderContract({
  name: 'the provider of tests',
  create: async ({ port }) => ({ port, dispose: async () => undefined }),
});

paymentProviderContract({
  name: 'a provider behind HTTP',
  create: async ({ port }) => {
    const served = await servePayments(port, TOKEN);
    return { port: httpPaymentProvider({ url: served.url, token: TOKEN }), dispose: served.close };
  },
});

test('a provider that is away has never been sent anything', async () => {
  const gone = await servePayments({} as PaymentProvider, TOKEN);
  await gone.close();
  const port = httpPaymentProvider({ url: gone.url, token: TOKEN });
  expect(await port.paymentOf('p-1', signal)).toEqual({ status: 'silent', code: 'unreachable', sent: false });
});

test.each([
  [401, '{}', 'http-401'],
  [302, '{}', 'http-302'],
  [200, 'no JSON', 'malformed-answer'],
  [200, '{"status":"paid","amount":1.5,"currency":"EUR"}', 'malformed-answer'],
  [200, `{"status":"pending"}${' '.repeat(70_000)}`, 'malformed-answer'],
])('an answer that cannot be used is silence: %j %.40s', async (status, body, code) => {
  const server = createServer((_request, response) =>
    response.writeHead(status, { location: '/' }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const port = httpPaymentProvider({ url, token: TOKEN });
  expect(await port.paymentOf('p-1', signal)).toEqual({ status: 'silent', code, sent: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('of a reason only a code is kept: it may not hold a name', () => {
  const said = (reason: unknown) => readAnswer(JSON.stringify({ status: 'failed', reason }), 'payment');
  expect(said('insufficient_funds')).toEqual({ status: 'failed', reason: 'insufficient_funds' });
  expect(said('Ann Smith has no money')).toEqual({ status: 'failed', reason: 'unspecified' });
});
