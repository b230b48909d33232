import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Reader } from './readers.ts';

/** A reader that has taken nothing for so long is cut off; one that lives comes back to where it was. */
const STALLED_MS = 60_000;
/** What a reader is given to take its last piece when the server stops, ms. */
const LAST_PIECE_MS = 1_000;

async function* unlessStalled(texts: AsyncIterable<string>, cutOff: () => void): AsyncGenerator<string> {
  for await (const text of texts) {
    const timer = setTimeout(cutOff, STALLED_MS);
    try {
      yield text;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** How a reader that takes nothing is dealt with. */
type Patience = { readonly cutsOffStalled?: boolean };

/** Answers with Server-Sent Events. A piece is asked for when the reader has room for it: none is kept beside it. */
export const sendStream = (
  reply: FastifyReply,
  reader: Reader,
  texts: AsyncIterable<string>,
  { cutsOffStalled = false }: Patience = {},
): void => {
  const taken = cutsOffStalled ? unlessStalled(texts, () => body.destroy()) : texts;
  const body: Readable = Readable.from(taken, { objectMode: false });
  // Not when the body closes: it waits for its source, which waits for an event.
  reply.raw.once('close', reader.leave);
  reader.signal.addEventListener(
    'abort',
    () => void setTimeout(() => body.destroy(), LAST_PIECE_MS).unref(),
    { once: true },
  );
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    // It ends with the server, or with the reader: there is no next request to keep the connection for.
    .header('connection', 'close')
    // Proxies that gather answers would hold events back.
    .header('x-accel-buffering', 'no')
    .send(body);
};
