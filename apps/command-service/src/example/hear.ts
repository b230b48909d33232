/** What was heard until there were enough events. */
export type Heard = {
  readonly events: readonly { readonly id: string; readonly data: Readonly<Record<string, unknown>> }[];
  readonly text: string;
};

const WITHIN_MS = 50_000;

/** Listens to Server-Sent Events until `count` events have come, and leaves. */
export const hear = async (
  url: string,
  count: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Heard> => {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(WITHIN_MS) });
  let text = '';
  const events = () =>
    [...text.matchAll(/^id: (.*)\ndata: (.*)\n$/gm)].map(([, id = '', data = '']) => ({
      ...{ id, data: JSON.parse(data) as Record<string, unknown> },
    }));
  for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(bytes).toString();
    if (events().length >= count) return { events: events().slice(0, count), text };
  }
  throw new Error(`the stream has ended after ${events().length} of ${count} events`);
};
