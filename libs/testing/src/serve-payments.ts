import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  LegAnswer,
  LegRequest,
  PaymentAnswer,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
} from '@orderloom/engine';

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

type Answer = PaymentAnswer | RefundAnswer | LegAnswer;

const answer = (response: ServerResponse, said: Answer): void => {
  if (said.status === 'silent') response.destroy();
  else if (said.status === 'unknown') response.writeHead(404).end('{}');
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
};

const PLACE = /^\/(payments|refunds|legs)\/([^/]+?)(?:\/(capture|release))?$/;

/** Serves a provider on a port of its own; whoever does not bring the token is sent away. */
export const servePayments = async (provider: PaymentProvider, token: string): Promise<ServedPayments> => {
  let calls = 0;
  const signal = new AbortController().signal;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    calls += 1;
    const body = await bodyOf(request);
    const [, kind, name = '', step] = PLACE.exec(request.url ?? '') ?? [];
    const key = decodeURIComponent(name);
    const sent = (): object => ({ ...(JSON.parse(body) as object), key });
    const isAsked = request.method === 'GET';
    const said = (): Promise<Answer> => {
      if (kind === 'payments') return provider.paymentOf(key, signal);
      if (kind === 'refunds')
        return isAsked ? provider.refundOf(key, signal) : provider.refund(sent() as RefundRequest, signal);
      if (isAsked) return provider.legOf(key, signal);
      if (step === 'capture') return provider.capture(key, signal);
      return step === 'release'
        ? provider.release(key, signal)
        : provider.freeze(sent() as LegRequest, signal);
    };
    if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end('{}');
    else if (kind === undefined) response.writeHead(404).end('{}');
    else answer(response, await said());
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
