import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hook, HookQuestion } from '@orderloom/engine';

/** A hook behind HTTP, as docs/how-to/check-before-placing.md describes it. */
export type ServedHook = {
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** A question as it came, for whoever checks its signature. */
export type ReceivedQuestion = {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Serves a hook on a port of its own; whose question `isSigned` does not like is sent away. */
export const serveHook = async (
  hook: Hook,
  isSigned: (received: ReceivedQuestion) => boolean,
): Promise<ServedHook> => {
  const never = new AbortController().signal;
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      if (!isSigned({ headers: request.headers, body })) {
        response.writeHead(401).end();
        return;
      }
      const said = await hook(JSON.parse(body.toString()) as HookQuestion, never);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/ask`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
