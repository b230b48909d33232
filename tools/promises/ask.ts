import { Agent, request } from 'node:http';

/** What a server answered. `body`: the JSON of it; empty where it is something else. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Question = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is text or bytes. */
  readonly body?: object | string | Uint8Array;
};

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const PATIENCE_MS = 30_000;

const parsed = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const bytesOf = (body: Question['body']): string | Uint8Array | undefined =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);

/** One request. Rejects where there is no whole answer: nobody knows then what became of it. */
export const ask = (url: string, path: string, question: Question = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const content = bytesOf(question.body);
    const method = question.method ?? (content === undefined ? 'GET' : 'POST');
    const headers = {
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...question.headers,
    };
    const sent = request(url + path, { agent, method, headers, timeout: PATIENCE_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, text, body: parsed(text) });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(content);
  });

/** A write with its idempotency key. */
export const write = (url: string, path: string, key: string, body: object): Promise<Answer> =>
  ask(url, path, { body, headers: { 'idempotency-key': `"${key}"` } });
