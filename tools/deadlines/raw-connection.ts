import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back on a connection: status and JSON body. */
export type RawAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** A TCP connection that says HTTP word by word, so that a test decides when which byte is on its way. */
export type RawConnection = {
  readonly write: (text: string) => void;
  /** Resolves with the first `count` answers. Rejects where the connection ends before. */
  readonly answers: (count: number) => Promise<readonly RawAnswer[]>;
  readonly close: () => void;
};

const HEAD_END = '\r\n\r\n';

/** Cuts one whole answer off the text; `undefined`: it is not all there. Bodies are ASCII here. */
const firstAnswer = (text: string): { readonly answer: RawAnswer; readonly rest: string } | undefined => {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const end = headEnd + HEAD_END.length + length;
  if (text.length < end) return undefined;
  const body = JSON.parse(text.slice(headEnd + HEAD_END.length, end) || '{}') as RawAnswer['body'];
  return { answer: { status: Number(head.split(' ')[1]), body }, rest: text.slice(end) };
};

/** Resolves when the kernel has taken the connection: the server need not have looked at it. */
export const rawConnection = async (url: string): Promise<RawConnection> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true).setEncoding('utf8');
  await once(socket, 'connect');
  const got: RawAnswer[] = [];
  let text = '';
  let ended: Error | undefined;
  let notice = (): void => undefined;
  socket.on('data', (chunk: string) => {
    text += chunk;
    for (let found = firstAnswer(text); found; found = firstAnswer(text)) {
      got.push(found.answer);
      text = found.rest;
    }
    notice();
  });
  const end = (error?: Error): void => {
    ended ??= error ?? new Error(`the connection ended after ${String(got.length)} answers`);
    notice();
  };
  socket.on('error', end).on('close', () => {
    end();
  });
  return {
    write: (words) => void socket.write(words),
    answers: (count) =>
      new Promise((resolve, reject) => {
        notice = () => {
          if (got.length >= count) resolve(got.slice(0, count));
          else if (ended) reject(ended);
        };
        notice();
      }),
    close: () => {
      socket.destroy();
    },
  };
};

/** A POST as it goes over the wire, head and body apart. */
export const postText = (
  url: string,
  path: string,
  key: string,
  body: object,
): { readonly head: string; readonly body: string } => {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    'Content-Type: application/json',
    `Idempotency-Key: "${key}"`,
    `Content-Length: ${String(Buffer.byteLength(text))}`,
  ];
  return { head: head.join('\r\n') + HEAD_END, body: text };
};
