import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export type HttpCall = {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};

export type HttpReply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

const REQUEST_MS = 60_000;
/** One connection, kept: an import is thousands of calls one after another, and `fetch` takes twice as long for each. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** One HTTP request with its whole reply. Rejects where there is no answer within a minute. */
export const httpCall = (url: string, { method, headers, body }: HttpCall): Promise<HttpReply> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(REQUEST_MS);
    const call = request(url, { method, headers: { ...headers }, agent, signal }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => (text += chunk));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
      reply.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
