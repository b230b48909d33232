import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PaymentAnswer, PaymentProvider, RefundAnswer, RefundRequest } from '@orderloom/engine';

/** A provider behind HTTP, as docs/reference/payment-providers.md describes it. */
export type ServedPayments = {
  readonly url: string;
  /** How many calls have come. */
  readonly calls: () => number;
  readonly close: () => Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const answer = (response: ServerResponse, said: PaymentAnswer | RefundAnswer): void => {
  if (said.status === 'silent') response.destroy();
  else if (said.status === 'unknown') response.writeHead(404).end('{}');
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
};

const PLACE = /^\/(payments|refunds)\/([^/]+)$/;

/** Serves a provider on a port of its own; whoever does not bring the token is sent away. */
export const servePayments = async (provider: PaymentProvider, token: string): Promise<ServedPayments> => {
  let calls = 0;
  const signal = new AbortController().signal;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    calls += 1;
    const body = await bodyOf(request);
    const [, kind, name = ''] = PLACE.exec(request.url ?? '') ?? [];
    const key = decodeURIComponent(name);
    if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end('{}');
    else if (kind === undefined) response.writeHead(404).end('{}');
    else if (kind === 'payments') answer(response, await provider.paymentOf(key, signal));
    else if (request.method === 'GET') answer(response, await provider.refundOf(key, signal));
    else {
      const refund = { ...(JSON.parse(body) as Omit<RefundRequest, 'key'>), key };
      answer(response, await provider.refund(refund, signal));
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
