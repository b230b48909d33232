import { setTimeout as pause } from 'node:timers/promises';

/** One frame of an event stream, as it came. */
type Frame = { readonly id?: string; readonly event?: string; readonly data?: string };

export type Listener = {
  readonly status: number;
  /** Everything heard so far. */
  readonly frames: readonly Frame[];
  /** Waits until that many events were heard (not counting signs), and gives them with their ids. */
  readonly heard: (count: number) => Promise<readonly { readonly id: string; readonly data: CloudEvent }[]>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  readonly leave: () => void;
};

type CloudEvent = Readonly<Record<string, unknown>>;

const WITHIN_MS = 10_000;
const FIELD = /^(id|event|data): (.*)$/;

const frameOf = (text: string): Frame =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name = '', value = ''] = FIELD.exec(line) ?? [];
      return name === '' ? [] : [[name, value]];
    }),
  );

/** Listens to an event stream as a browser's EventSource does. */
export const listen = async (
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Listener> => {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  const frames: Frame[] = [];
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const text of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      const parts = (rest + Buffer.from(text).toString()).split('\n\n');
      rest = parts.pop() ?? '';
      frames.push(...parts.map(frameOf));
    }
  };
  const ended = read().catch(() => undefined);
  const events = () =>
    frames.flatMap(({ id = '', event, data }) =>
      data === undefined || event !== undefined ? [] : [{ id, data: JSON.parse(data) as CloudEvent }],
    );
  return {
    status: response.status,
    frames,
    heard: async (count) => {
      for (const deadline = Date.now() + WITHIN_MS; events().length < count;) {
        if (Date.now() > deadline) throw new Error(`${events().length} of ${count} events were heard`);
        await pause(5);
      }
      return events();
    },
    ended,
    leave: () => leaving.abort(),
  };
};
