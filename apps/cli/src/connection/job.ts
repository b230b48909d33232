import { type Api, bodyIn, type Json, problemIn } from './api.ts';
import { viewsAtHead } from './views-at-head.ts';

/** What came of the steps so far, by name. */
export type Counts = Readonly<Record<string, number>>;

export type JobState = {
  readonly status: 'none' | 'running' | 'completed' | 'failed';
  /** Steps that are settled: a run goes on behind them. */
  readonly done: number;
  readonly counts: Counts;
};

/** A run's record in the `job` stream: what is settled survives the process. */
export type Job = {
  readonly load: () => Promise<JobState>;
  readonly start: (total: number) => Promise<void>;
  readonly advance: (done: number, counts: Counts) => Promise<void>;
  readonly complete: (counts: Counts) => Promise<void>;
  /** Counts of every record so far, oldest first. */
  readonly records: () => Promise<readonly Counts[]>;
};

const countsIn = (value: unknown): Counts =>
  typeof value === 'object' && value !== null ? (value as Counts) : {};

/** In the order of their names: the bytes that are stored depend on what was counted alone. */
const sorted = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

const stateIn = (body: Json): JobState => ({
  status: (body['status'] as { status: JobState['status'] }).status,
  done: Number(body['done']),
  counts: countsIn(body['counts']),
});

const PAGE = 500;

/** `prefix` begins every command id, so that a second run sends the same ones. */
export const jobOf = (
  api: Api,
  {
    key,
    kind,
    source,
    prefix,
  }: { readonly key: string; readonly kind: string; readonly source: string; readonly prefix: string },
): Job => {
  const path = `/v1/jobs/${encodeURIComponent(key)}`;
  const send = async (type: string, id: string, data: object): Promise<void> => {
    bodyIn(await api.post(`${path}/commands`, `${prefix}:job:${id}`, { type, data }));
  };
  return {
    load: async () => {
      await viewsAtHead(api);
      const answer = await api.get(path);
      const unknown = ['unknown-stream', 'unknown-tenant'].includes(problemIn(answer)?.code ?? '');
      return unknown ? { status: 'none', done: 0, counts: {} } : stateIn(bodyIn(answer));
    },
    start: (total) => send('StartJob', 'start', { kind, source, total }),
    advance: (done, counts) => send('AdvanceJob', String(done), { done, counts: sorted(counts) }),
    complete: (counts) => send('CompleteJob', 'complete', { counts: sorted(counts) }),
    records: async () => {
      await viewsAtHead(api);
      const found: Counts[] = [];
      for (let after = 0; ;) {
        const body = bodyIn(await api.get(`${path}/events?after=${after}&limit=${PAGE}`));
        const events = body['events'] as readonly { readonly type: string; readonly data: Json }[];
        for (const event of events)
          if (event.type === 'JobAdvanced') found.push(countsIn(event.data['counts']));
        if (typeof body['next'] !== 'number') return found;
        after = body['next'];
      }
    },
  };
};
