/** One frame of an event stream; `name` is `message` where the frame has none of its own. */
export type Frame = { readonly id: string | undefined; readonly name: string; readonly data: string };

/** No event is larger; whatever is comes from no engine. */
const LONGEST_FRAME = 16 * 1024 * 1024;

const frameOf = (text: string): Frame => {
  const data: string[] = [];
  let id: string | undefined;
  let name = 'message';
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    else if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
  }
  return { id, name, data: data.join('\n') };
};

/**
 * Server-Sent Events as they arrive, those of one arrival together. It reads on when it is asked for more, so that whoever is slow
 * slows the sender down. Throws a RangeError for a frame that is too long.
 */
export async function* framesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Frame[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
    rest = parts.pop() ?? '';
    if (rest.length > LONGEST_FRAME) throw new RangeError('a frame of the event stream is too long');
    if (parts.length > 0) yield parts.map(frameOf);
  }
}
