import type { Api } from '../connection/api.ts';
import { viewsAtHead } from '../connection/views-at-head.ts';
import { type Job, jobOf, type JobState } from '../connection/job.ts';
import { type OutsideCommand, sendCommand } from '../connection/outside-command.ts';
import type { ImportMapping, ImportRow, MappingOptions } from './mapping.ts';
import { orderMemory } from './order-memory.ts';
import { type ImportReport, refusedKey, refusedRowsIn, rejectedIn, rowKey } from './report.ts';
import { advanceClock, prepareTenant, requireFit } from './tenant.ts';

/** Rows after which progress is recorded at the latest: this many are sent again after a kill. */
const RECORD_EVERY = 100;

export type ImportRun<R extends ImportRow> = {
  readonly api: Api;
  readonly mapping: ImportMapping<R>;
  readonly rows: readonly R[];
  /** SHA-256 of the file, hex: names the job and every command. */
  readonly source: string;
  readonly options: MappingOptions;
  /** Told of the rows settled so far. */
  readonly onProgress: (done: number) => void;
};

/** What a run counts; stored with every record of the job. */
type Tally = Record<string, number>;

const add = (tally: Tally, name: string): void => void (tally[name] = (tally[name] ?? 0) + 1);

/** Sends rows one after another, each with its clock, and keeps what was learned and counted. */
const rowSender = <R extends ImportRow>({ api, mapping, rows, options }: ImportRun<R>, prefix: string) => {
  const memory = orderMemory();
  const translate = mapping.translator(rows, options);

  const sendOne = async (row: R, id: string, command: OutsideCommand): Promise<string> => {
    const sent = await sendCommand(api, id, command);
    if (sent.outcome === 'refused') return sent.code;
    const introduced = mapping.introduces(row);
    if (introduced !== null && sent.orderId !== undefined) memory.learn(introduced, sent.orderId);
    return sent.outcome;
  };

  return {
    knownOrders: memory.size,
    /** One outcome a command: `accepted`, `duplicate`, or the code of a refusal. */
    send: async (row: R): Promise<readonly string[]> => {
      const translation = translate(row, memory);
      if ('refused' in translation) return [translation.refused.code];
      const { commands } = translation;
      const outcomes: string[] = [];
      for (const [index, command] of commands.entries()) {
        const id = `${prefix}:${row.id}${commands.length > 1 ? `:${index + 1}` : ''}`;
        outcomes.push(await sendOne(row, id, command));
      }
      return outcomes;
    },
  };
};

type Sender<R extends ImportRow> = ReturnType<typeof rowSender<R>>;

/** Orders get their ids from the engine: their placements, sent again, are answered with the first ones. */
const relearnOrders = async <R extends ImportRow>(
  run: ImportRun<R>,
  job: Job,
  done: number,
  sender: Sender<R>,
) => {
  const refused = new Set(refusedRowsIn(await job.records()).map(({ row }) => row));
  for (const row of run.rows.slice(0, done))
    if (run.mapping.introduces(row) !== null && !refused.has(row.id)) await sender.send(row);
};

/** Sends the rows that are not settled yet and gives how many commands were new. */
const sendRows = async <R extends ImportRow>(
  run: ImportRun<R>,
  { job, state, sender, prefix }: { job: Job; state: JobState; sender: Sender<R>; prefix: string },
): Promise<{ readonly tally: Tally; readonly added: number }> => {
  const tally: Tally = { ...state.counts };
  for (const name of Object.keys(tally)) if (name.startsWith('row:')) Reflect.deleteProperty(tally, name);
  let added = 0;
  let clock = run.rows[Math.max(0, state.done - 1)]?.at ?? 0;
  for (const [offset, row] of run.rows.slice(state.done).entries()) {
    if (row.at > clock) await advanceClock(run.api, `${prefix}:${row.id}:clock`, row.at);
    clock = Math.max(clock, row.at);
    const outcomes = await sender.send(row);
    const refusals = outcomes.filter((outcome) => outcome !== 'accepted' && outcome !== 'duplicate');
    added += outcomes.filter((outcome) => outcome === 'accepted').length;
    for (const outcome of outcomes) add(tally, refusals.includes(outcome) ? refusedKey(outcome) : 'accepted');
    const done = state.done + offset + 1;
    // A refusal is recorded at once: it is not remembered by the engine, and sent again later it might be accepted.
    if (refusals.length > 0 || done % RECORD_EVERY === 0) {
      const named = Object.fromEntries(refusals.map((code) => [rowKey({ row: row.id, code }), 1]));
      await job.advance(done, { ...tally, ...named });
    }
    run.onProgress(done);
  }
  return { tally, added };
};

/**
 * Sends what a file says, row by row, as commands into the tenant of `api`, in simulated time. Goes on where an
 * earlier run of the same file ended, however that ended; a file that is through adds nothing.
 */
export const runImport = async <R extends ImportRow>(run: ImportRun<R>): Promise<ImportReport> => {
  const { api, mapping, rows, source } = run;
  const short = source.slice(0, 12);
  const prefix = `${mapping.name}:${short}`;
  const job = jobOf(api, { key: `${mapping.name}-${short}`, kind: `import-${mapping.name}`, source, prefix });
  const from = rows[0]?.at ?? 0;
  const before = await viewsAtHead(api);
  const state = await job.load();
  if (state.status === 'none') await requireFit(api, from);
  const sender = rowSender(run, prefix);
  let tally: Tally = { ...state.counts };
  let added = 0;
  if (state.status !== 'completed') {
    await prepareTenant(api, prefix, from);
    await job.start(rows.length);
    run.onProgress(state.done);
    await relearnOrders(run, job, state.done, sender);
    ({ tally, added } = await sendRows(run, { job, state, sender, prefix }));
    tally['orders'] = sender.knownOrders();
    await job.complete(tally);
  }
  return {
    orders: tally['orders'] ?? 0,
    accepted: added,
    duplicate: (tally['accepted'] ?? 0) - added,
    rejected: rejectedIn(tally),
    events: (await viewsAtHead(api)) - before,
    refusedRows: refusedRowsIn(await job.records()),
  };
};
