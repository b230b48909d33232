import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export type OperationsOptions = {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly metrics: Registry;
  /** What must hold for the process to do its work; all true: ready. */
  readonly checks: () => Readonly<Record<string, boolean>>;
  /** Told with `/healthz`: version and the like. */
  readonly build: Readonly<Record<string, string>>;
};

export type OperationsServer = { readonly url: string; readonly close: () => Promise<void> };

const JSON_TYPE = 'application/json; charset=utf-8';

const answer = (response: ServerResponse, status: number, said: object): void => {
  response.writeHead(status, {
    'content-type': JSON_TYPE,
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  });
  response.end(JSON.stringify(said));
};

/** `/healthz`, `/readyz` and `/metrics` of a process that serves nothing else. */
export const operationsServer = async (options: OperationsOptions): Promise<OperationsServer> => {
  const { metrics, checks, build } = options;
  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void> | void>> = {
    '/healthz': (response) => answer(response, 200, { status: 'ok', ...build }),
    '/readyz': (response) => {
      const made = checks();
      const ready = Object.values(made).every(Boolean);
      answer(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks: made });
    },
    '/metrics': async (response) => {
      const text = await metrics.metrics();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    },
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) answer(response, 404, { status: 'not found' });
    else if (request.method !== 'GET') answer(response, 405, { status: 'only GET is answered' });
    else void route(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
