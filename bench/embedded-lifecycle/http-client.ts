import { Pool } from 'undici';

/** A JSON answer with its status code. */
export type HttpAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Requests over a fixed number of connections that stay open, one at a time on each. */
export type HttpClient = {
  readonly post: (path: string, commandId: string, body: object) => Promise<HttpAnswer>;
  readonly get: (path: string) => Promise<string>;
  readonly close: () => Promise<void>;
};

export const httpClient = (url: string, connections: number): HttpClient => {
  const pool = new Pool(url, { connections, pipelining: 1 });
  return {
    post: async (path, commandId, body) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': commandId };
      const { statusCode, body: answer } = await pool.request({
        method: 'POST',
        path,
        headers,
        body: JSON.stringify(body),
      });
      return { status: statusCode, body: (await answer.json()) as HttpAnswer['body'] };
    },
    get: async (path) => (await pool.request({ method: 'GET', path })).body.text(),
    close: () => pool.close(),
  };
};
