import { streamIdOf, type RecordedEvent, type Registry, type StreamRef } from '@orderloom/decider';
import {
  compareViews,
  digestKey,
  documentAsOf,
  eventsIn,
  HISTORY,
  type Codec,
  type Comparison,
  type Difference,
} from '@orderloom/engine';
import { readShownViews, readViewContents, type LogReader } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { tenantState } from '../tenant-state.ts';
import type { Violation } from './check.ts';
import { firstDifference } from './first-difference.ts';
import { wrongSums } from './sums-check.ts';

/** What was compared: everything that the views show of the log's first `index` events. */
export type ViewsVerdict = Pick<Comparison, 'index' | 'documents' | 'histories' | 'differences'>;

export type ViewsOfLog = {
  readonly folder: string;
  readonly generation: string;
  readonly log: LogReader;
  readonly codec: Pick<Codec, 'readFrame'>;
  readonly registry: Registry;
};

const SAID: Readonly<Record<Difference['kind'], string>> = {
  missing: 'does not have it',
  behind: 'shows an older version than it has to by its checkpoint',
  ahead: 'shows a version that the log does not have',
  different: 'does not show what the log says',
  extra: 'shows it, and the log does not have it',
};

const nameOf = (view: string): string => (view === HISTORY ? 'the stream store' : `the view ${view}`);

/** The stream that a document or a history is of. */
const streamOf = ({ view, id }: Difference): StreamRef => {
  const [tenant = '', ...rest] = id.split('/');
  if (view === HISTORY) return { tenant, type: rest[0] ?? '', key: rest.slice(1).join('/') };
  const type = projections.find(({ name }) => name === view)?.streamType ?? view;
  return { tenant, type, key: rest.join('/') };
};

const isOf = ({ tenant, type, key }: StreamRef, { stream }: RecordedEvent): boolean =>
  stream.tenant === tenant && stream.type === type && stream.key === key;

const foundIn = <T>(all: Iterable<T>, isIt: (one: T) => boolean): T | undefined => {
  for (const one of all) if (isIt(one)) return one;
  return undefined;
};

/** A text that is no JSON is the difference itself. */
const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return 'no JSON';
  }
};

/** Which member of a document is not what the log says; `undefined`: none, so its lists are not. O(events of the log). */
const memberOf = async (views: ViewsOfLog, { view, id }: Difference): Promise<string | undefined> => {
  const { folder, generation, log, codec, registry } = views;
  const projection = projections.find(({ name }) => name === view);
  const contents = readViewContents(folder, generation);
  try {
    const kept = foundIn(contents.documents(), (one) => one.view === view && one.id === id);
    if (projection === undefined || kept === undefined) return undefined;
    const stream = streamOf({ view, id, kind: 'different' });
    const owner = { tenant: stream.tenant, type: registry.global.type, key: stream.tenant };
    const [history, tenants]: [RecordedEvent[], RecordedEvent[]] = [[], []];
    for (const { frames } of log.read(0))
      for (const event of eventsIn(codec, [frames])) {
        if (isOf(stream, event)) history.push(event);
        if (isOf(owner, event)) tenants.push(event);
      }
    const global = tenantState(registry, tenants);
    const engine = {
      history: async (_: StreamRef, after: number, limit: number) => history.slice(after, after + limit),
      globalOf: () => global,
    };
    const past = await documentAsOf({ engine, projection }, stream, { version: kept.version });
    if (past.outcome !== 'found') return undefined;
    return firstDifference(jsonIn(kept.body), jsonIn(JSON.stringify(past.document.document)));
  } finally {
    contents.close();
  }
};

const violationOf = async (
  views: ViewsOfLog,
  first: Difference,
  { differences, version }: { readonly differences: number; readonly version: number },
): Promise<Violation> => {
  const detail = first.kind === 'different' ? await memberOf(views, first) : undefined;
  const more = differences > 1 ? ` (the first of ${differences} differences)` : '';
  const problem = `${nameOf(first.view)} ${detail ?? SAID[first.kind]}${more}`;
  return { stream: streamIdOf(streamOf(first)), version, problem };
};

/** SQLite's code for a file that is not there. */
const CANNOT_OPEN = 14;

type Verified = { readonly verdict: ViewsVerdict | null; readonly violations: readonly Violation[] };

/** A file that is gone is made again when an engine starts; one that is damaged shows what nobody has written. */
const unreadable = (error: unknown): Verified => {
  const { errcode, message } = error as { readonly errcode?: unknown; readonly message?: string };
  if (typeof errcode !== 'number') throw error;
  if (errcode === CANNOT_OPEN) return { verdict: null, violations: [] };
  const problem = `the file of the views cannot be read: ${message ?? 'unknown'}`;
  return { verdict: null, violations: [{ stream: 'views', version: 0, problem }] };
};

/**
 * Holds everything that the views of a folder show at this moment (documents, lists, histories, sums) against a fresh fold of
 * the log, beside their writer. The first difference is named down to its member.
 */
export const verifyViews = async (views: ViewsOfLog): Promise<Verified> => {
  try {
    return await compared(views);
  } catch (error) {
    return unreadable(error);
  }
};

/** The documents are what the log says by now: their sums have to be theirs. */
const sumsOf = (folder: string, generation: string): readonly Violation[] => {
  const contents = readViewContents(folder, generation);
  try {
    return wrongSums(contents);
  } finally {
    contents.close();
  }
};

const compared = async (views: ViewsOfLog): Promise<Verified> => {
  const { folder, generation, log, codec, registry } = views;
  const shown = readShownViews(folder, generation);
  const read = () => log.read(0);
  const comparison = await compareViews(shown, { codec, registry, projections, read, head: log.head() });
  const { first, index, documents, histories, differences } = comparison;
  const verdict = { index, documents, histories, differences };
  if (first === null) return { verdict, violations: sumsOf(folder, generation) };
  const version = shown.digests.get(digestKey(first.view, first.id))?.version ?? 0;
  return { verdict, violations: [await violationOf(views, first, { differences, version })] };
};
