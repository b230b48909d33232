import { request } from 'node:http';

/** An answer as it came over the wire. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** A request; `Host` and every other header can be anything. */
export type Sent = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
};

/** Sends one request on a connection of its own: a POST where it has a body, else a GET. */
export const ask = (url: string, path: string, { headers, body }: Sent = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const raw =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const options = { path, method: raw === undefined ? 'GET' : 'POST', headers, agent: false };
    const call = request(new URL(url), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json = /json/.test(response.headers['content-type'] ?? '') && text !== '';
        const parsed = json ? (JSON.parse(text) as Answer['body']) : {};
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
      });
    });
    call.on('error', reject);
    call.end(raw);
  });

let keys = 0;

/** A write with an idempotency key of its own, unless `headers` bring one. */
export const write = (body: Sent['body'] & {}, headers: Readonly<Record<string, string>> = {}): Sent => ({
  body,
  headers: { 'content-type': 'application/json', 'idempotency-key': `"write-${keys++}"`, ...headers },
});

const EVENTS = /^orderloom_events_total (\d+)$/m;

/** How many events the engine behind that address has appended since it started. */
export const eventsOf = async (url: string): Promise<number> =>
  Number(EVENTS.exec((await ask(url, '/metrics')).text)?.[1]);
