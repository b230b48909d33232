import { setTimeout as pause } from 'node:timers/promises';

type Seen = { readonly id: string; readonly key: string; readonly version: number };

/** A member of a group, or a reader of its own, that knows nothing but HTTP. */
export type Member = {
  /** Waits until it is this member's turn. */
  readonly turn: () => Promise<void>;
  readonly lease: () => string | undefined;
  readonly events: () => readonly Seen[];
  /** Waits until what was handed out is enough. */
  readonly until: (isEnough: (events: readonly Seen[]) => boolean) => Promise<readonly Seen[]>;
  /** Says how far it has come; gives the status of the answer. */
  readonly say: (progress: object) => Promise<number>;
  readonly leave: () => void;
};

/** On a busy machine it takes a while until partitions are dealt out. */
const WITHIN_MS = 90_000;

export const groupMember = async (address: string, tenant: string, query = ''): Promise<Member> => {
  const leaving = new AbortController();
  const response = await fetch(`${address}/events${query}`, { headers: { tenant }, signal: leaving.signal });
  if (!response.ok) throw new Error(`the answer was ${String(response.status)}`);
  let text = '';
  const read = async (): Promise<void> => {
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>)
      text += Buffer.from(bytes).toString();
  };
  read().catch(() => undefined);
  // Each turn has one.
  const lease = (): string | undefined =>
    [...text.matchAll(/event: taken\ndata: \{"lease":"([^"]+)"/g)].at(-1)?.[1];
  const events = (): readonly Seen[] =>
    [...text.matchAll(/^id: (.*)\ndata: (.*)\n$/gm)].map(([, id = '', data = '']) => {
      const { streamkey, streamversion } = JSON.parse(data) as { streamkey: string; streamversion: number };
      return { id, key: streamkey, version: streamversion };
    });
  const wait = async (isSo: () => boolean): Promise<void> => {
    for (const deadline = Date.now() + WITHIN_MS; !isSo();) {
      if (Date.now() > deadline) throw new Error('it has not come true in time');
      await pause(10);
    }
  };
  return {
    ...{ lease, events },
    turn: () => wait(() => lease() !== undefined),
    until: async (isEnough) => {
      await wait(() => isEnough(events()));
      return events();
    },
    say: async (progress) => {
      const headers = { tenant, 'content-type': 'application/json' };
      const body = JSON.stringify({ lease: lease(), ...progress });
      return (await fetch(`${address}/progress`, { method: 'PUT', headers, body })).status;
    },
    leave: () => leaving.abort(),
  };
};
