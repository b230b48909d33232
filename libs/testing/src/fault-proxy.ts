import { createServer, request as ask, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

type ProxiedRequest = { readonly method: string; readonly path: string; readonly body: Buffer };
export type ProxiedAnswer = {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body: string | Buffer;
};

/**
 * What becomes of a request: the answer that its sender gets, or `cut`, a broken connection. `forward` sends it on, with
 * another body where one is given; a fault that never calls it keeps the request from the server.
 */
export type Fault = (
  request: ProxiedRequest,
  forward: (body?: string) => Promise<ProxiedAnswer>,
) => Promise<ProxiedAnswer | 'cut'>;

/** Stands in front of an HTTP server and passes everything on, until a test says otherwise. */
export type FaultProxy = {
  readonly url: string;
  /** `undefined`: everything is passed on again. */
  readonly set: (fault: Fault | undefined) => void;
  readonly stop: () => Promise<void>;
};

const bytesOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const send = (target: string, message: IncomingMessage, body: Buffer): Promise<ProxiedAnswer> =>
  new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, ...headers } = message.headers;
    const url = new URL(message.url ?? '/', target);
    const asked = ask(url, {
      method: message.method,
      headers: { ...headers, host: url.host, 'content-length': body.length },
    });
    asked.on('error', reject).on('response', (answer) => {
      bytesOf(answer).then((bytes) => {
        const { 'transfer-encoding': __, ...kept } = answer.headers;
        resolve({ status: answer.statusCode ?? 502, headers: kept, body: bytes });
      }, reject);
    });
    asked.end(body);
  });

export const faultProxy = async (target: string): Promise<FaultProxy> => {
  let fault: Fault | undefined;
  const server = createServer((message, answer) => {
    const serve = async (): Promise<void> => {
      const body = await bytesOf(message);
      const forward = (other?: string): Promise<ProxiedAnswer> =>
        send(target, message, other === undefined ? body : Buffer.from(other));
      const asked = { method: message.method ?? 'GET', path: message.url ?? '/', body };
      const given = fault === undefined ? await forward() : await fault(asked, forward);
      if (given === 'cut') message.socket.destroy();
      else {
        const bytes = Buffer.from(given.body);
        answer.writeHead(given.status, { ...given.headers, 'content-length': bytes.length }).end(bytes);
      }
    };
    // A server that is away is away for whoever asks the proxy.
    serve().catch(() => message.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    set: (next) => void (fault = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
