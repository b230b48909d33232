import type { Client, estypes } from '@elastic/elasticsearch';
import {
  pageOfHits,
  pageSize,
  type Checkpoint,
  type EngineError,
  type ListPage,
  type ParkedEvent,
  type SearchPage,
  type SearchQuestion,
  type StoredDocument,
  type Sum,
} from '@orderloom/engine';
import { namesIn, namesRequest, sumsIn, sumsRequest } from './exact-sums.ts';
import { naming, viewsUnavailable } from './failures.ts';
import type { IndexNames } from './indices.ts';
import { headsUpTo, NEWEST_FIRST, placeBehind } from './newest-first.ts';
import { checkpointOf, documentKey, PARKED, PARKED_LIST } from './operations.ts';
import { countsOf } from './search-counts.ts';
import { pageRequest } from './search-request.ts';
import { contiguous, framesOf, type StoredChunk } from './stream-frames.ts';

/** Separates a sort key from its document's id in the cursor of the next page; in neither. */
const CURSOR_MARK = '\u0001';
/** Chunks of a stream, and parked events, that one search reads. */
const CHUNKS_A_PAGE = 200;
const PARKED_A_PAGE = 1000;
/** Ids of one multi-get. */
const LOADED_AT_ONCE = 1000;

type Kept = {
  readonly id: string;
  readonly version: number;
  readonly live: boolean;
  readonly sortKey: string;
  readonly document: unknown;
};

export type QueriesOptions = {
  readonly client: Client;
  readonly names: IndexNames;
  /** ms; a search that takes longer throws `query-timeout`. */
  readonly timeoutMs: number;
  /** What is thrown where an index is not there. */
  readonly lost: () => EngineError;
};

export type Queries = {
  /** Documents by id are current, searchable or not. */
  readonly load: (view: string, ids: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>;
  readonly get: (view: string, id: string) => Promise<StoredDocument | undefined>;
  readonly checkpoints: (view: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Checkpoint>>;
  /** Everything else shows what was searchable when it was asked. */
  readonly list: (view: string, list: string, before: string | null, limit: number) => Promise<ListPage>;
  readonly search: (view: string, question: SearchQuestion) => Promise<SearchPage>;
  readonly readStream: (
    streamId: string,
    afterVersion: number,
    limit: number,
  ) => Promise<readonly Uint8Array[]>;
  readonly sums: (view: string, list: string) => Promise<readonly Sum[]>;
  readonly parked: () => Promise<readonly ParkedEvent[]>;
};

/** Every question that the store and its readers ask. Throws what the ports say, never the client's errors. */
export const queries = (options: QueriesOptions): Queries => {
  const { client, names, timeoutMs, lost } = options;
  const limits = { requestTimeout: timeoutMs };

  const ask = <T>(question: () => Promise<T>): Promise<T> => naming(lost, question);
  const load = (view: string, ids: readonly string[]): Promise<Map<string, StoredDocument>> =>
    ask(async () => {
      const found = new Map<string, StoredDocument>();
      for (let at = 0; at < ids.length; at += LOADED_AT_ONCE) {
        const keys = ids.slice(at, at + LOADED_AT_ONCE).map((id) => documentKey(view, id));
        const { docs } = await client.mget<Kept>({ index: names.views.index, ids: keys }, limits);
        for (const doc of docs) {
          if ('error' in doc) throw itemError(doc.error.type, lost);
          const kept = doc._source;
          if (kept?.live === true) found.set(kept.id, storedDocument(kept));
        }
      }
      return found;
    });
  const answerTo = <T>(request: estypes.SearchRequest): Promise<estypes.SearchResponse<T>> =>
    ask(() =>
      client.search<T>({ track_total_hits: false, allow_partial_search_results: false, ...request }, limits),
    );
  const search: Search = async <T>(request: estypes.SearchRequest) => (await answerTo<T>(request)).hits.hits;
  const parked = async (): Promise<readonly ParkedEvent[]> => {
    const events: ParkedEvent[] = [];
    for (let after: estypes.SortResults | undefined; ;) {
      const hits = await search<Kept>(parkedSearch(names.views.index, after));
      events.push(...sourcesOf(hits).map(({ document }) => document as ParkedEvent));
      after = hits.at(-1)?.sort;
      if (hits.length < PARKED_A_PAGE || after === undefined) return events;
    }
  };
  return {
    load,
    get: async (view, id) => (await load(view, [id])).get(id),
    checkpoints: async (view, ids) =>
      new Map([...(await load(view, ids))].map(([id, { document }]) => [id, checkpointOf(document)])),
    list: async (view, list, before, limit) => {
      const size = pageSize(limit);
      const hits = await search<Kept>(listSearch(names.views.index, { view, list, before, size: size + 1 }));
      return pageOf(sourcesOf(hits), size);
    },
    search: async (view, question) => {
      const size = pageSize(question.limit);
      const { index } = names.views;
      const [hits, counts] = await Promise.all([
        search<Kept>(pageRequest(index, view, { ...question, limit: size + 1 })),
        question.counted.length === 0 ? null : countsOf(answerTo, { index, view, question }),
      ]);
      const found = hits.flatMap(({ _source, sort }) =>
        _source ? [question.queue === undefined ? _source : { ..._source, instant: Number(sort?.[0]) }] : [],
      );
      const { page, next } = pageOfHits(found, size);
      return { documents: page.map(storedDocument), next, counts };
    },
    sums: async (view, list) => {
      const { index } = names.views;
      const namesNow = async () => namesIn(await ask(() => client.fieldCaps(namesRequest(index), limits)));
      for (let known = await namesNow(); ;) {
        const answer = await answerTo(sumsRequest(index, { view, list, names: known }));
        const now = await namesNow();
        // A name that came meanwhile may be the other side of what was added up.
        if (now.length === known.length) return sumsIn(answer, known);
        known = now;
      }
    },
    readStream: streamQuery(names.streams.index, search),
    parked,
  };
};

/** A multi-get answers 200 whatever becomes of its items. */
const itemError = (type: string, lost: () => EngineError): EngineError =>
  type === 'index_not_found_exception' ? lost() : viewsUnavailable(`a document cannot be read (${type})`);

const sourcesOf = <T>(hits: readonly estypes.SearchHit<T>[]): readonly T[] =>
  hits.flatMap(({ _source }) => (_source ? [_source] : []));

const storedDocument = ({ id, version, document }: Kept): StoredDocument => ({ id, version, document });

type ListQuestion = {
  readonly view: string;
  readonly list: string;
  readonly before: string | null;
  readonly size: number;
};

const inList = (view: string, list: string): estypes.QueryDslQueryContainer[] => [
  { term: { view } },
  { term: { lists: list } },
];

const listSearch = (index: string, { view, list, before, size }: ListQuestion): estypes.SearchRequest => {
  const after = before === null ? undefined : lastSeen(before);
  return {
    index,
    size,
    query: { bool: { filter: [...inList(view, list), ...(after ? [headsUpTo(after.sortKey)] : [])] } },
    sort: NEWEST_FIRST,
    _source: ['id', 'version', 'sortKey', 'document'],
    ...(after && { search_after: placeBehind(after.sortKey, after.id) }),
  };
};

/** A bare sort key stands before all documents that have it. */
const lastSeen = (before: string): Pick<Kept, 'sortKey' | 'id'> => {
  const mark = before.lastIndexOf(CURSOR_MARK);
  return mark === -1
    ? { sortKey: before, id: '' }
    : { sortKey: before.slice(0, mark), id: before.slice(mark + 1) };
};

const pageOf = (kept: readonly Kept[], size: number): ListPage => {
  const page = kept.slice(0, size);
  const last = page.at(-1);
  return {
    documents: page.map(storedDocument),
    next: kept.length > size && last !== undefined ? `${last.sortKey}${CURSOR_MARK}${last.id}` : null,
  };
};

const parkedSearch = (index: string, after: estypes.SortResults | undefined): estypes.SearchRequest => ({
  index,
  size: PARKED_A_PAGE,
  query: { bool: { filter: inList(PARKED, PARKED_LIST) } },
  sort: [{ sortKey: 'asc' }, { id: 'asc' }],
  _source: ['document'],
  ...(after === undefined ? {} : { search_after: after }),
});

type Search = <T>(request: estypes.SearchRequest) => Promise<readonly estypes.SearchHit<T>[]>;

const streamQuery =
  (index: string, search: Search): Queries['readStream'] =>
  async (streamId, afterVersion, limit) => {
    const frames: Uint8Array[] = [];
    while (frames.length < limit) {
      const next = afterVersion + frames.length + 1;
      const hits = await search<StoredChunk>({
        index,
        routing: streamId,
        size: Math.min(limit - frames.length, CHUNKS_A_PAGE),
        query: { bool: { filter: [{ term: { streamId } }, { range: { lastVersion: { gte: next } } }] } },
        sort: [{ firstVersion: 'asc' }],
      });
      const read = contiguous(sourcesOf(hits), next, framesOf);
      if (read.length === 0) break;
      frames.push(...read);
    }
    return frames.slice(0, limit);
  };
