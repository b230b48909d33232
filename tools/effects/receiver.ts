import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the receiver got it. */
type Received = {
  readonly path: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** ms since 1970 UTC. */
  readonly at: number;
};

/** How a receiver answers a call. `drop`: it has heard it, and hangs up. `hang`: it never answers. */
type Answer = number | 'drop' | 'hang';

/** A webhook of somebody: a real HTTP server that notes every call before it answers as it is told. */
export type Receiver = {
  readonly origin: string;
  readonly received: (path?: string) => readonly Received[];
  /** The answers to the next calls of a path, in order; then 204. */
  readonly will: (path: string, ...answers: readonly Answer[]) => void;
  readonly close: () => Promise<void>;
};

const answerWith = (response: ServerResponse, answer: Answer): void => {
  if (answer === 'drop') response.destroy();
  else if (answer !== 'hang') response.writeHead(answer, { location: 'http://127.0.0.1:9/' }).end('{}');
};

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = [];
  const answers = new Map<string, Answer[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const headers = request.headers as Record<string, string>;
      const body = Buffer.concat(chunks).toString();
      received.push({ path, id: headers['webhook-id'] ?? '', headers, body, at: Date.now() });
      answerWith(response, answers.get(path)?.shift() ?? 204);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    received: (path) => received.filter((one) => path === undefined || one.path === path),
    will: (path, ...said) => {
      answers.set(path, [...said]);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
