import {
  asksForAll,
  MOST_COUNTED,
  mostFrequent,
  type SearchPage,
  type SearchQuestion,
  type StoredDocument,
} from '@orderloom/engine';
import type { Database } from '../database.ts';
import { hitsIn, type Hit } from './search-hits.ts';

/** A page of a search holds at most this many documents, whatever is asked for. */
const LONGEST_PAGE = 200;
/** Behind every name that begins like the one before it. */
const LAST = '\u{10ffff}';

type DocumentRow = { readonly id: string; readonly version: number; readonly body: string };
type CountRow = { readonly list: string; readonly documents: number };
type ListsRow = { readonly lists: string; readonly documents: number };

export type SearchQuery = (view: string, question: SearchQuestion) => SearchPage;

/** Searches a views file. The answer is of one moment. */
export const searchQuery = (database: Database): SearchQuery => {
  const document = database.prepare<DocumentRow>('select id, version, body from document where n = ?');
  const hits = hitsIn(database);
  const counts = countQuery(database, hits);
  return (view, question) =>
    database.reading(() => {
      const size = Math.max(1, Math.min(question.limit, LONGEST_PAGE));
      const found = taken(hits(view, question), size + 1);
      const page = found.slice(0, size);
      return {
        documents: page.flatMap(({ n }) => storedDocument(document.get(n)) ?? []),
        next: found.length > size ? (page.at(-1)?.sortKey ?? null) : null,
        counts: question.counted.length === 0 ? null : counts(view, question),
      };
    });
};

const storedDocument = (row: DocumentRow | undefined): StoredDocument | undefined =>
  row && { id: row.id, version: row.version, document: JSON.parse(row.body) as unknown };

const taken = (hits: Iterable<Hit>, most: number): readonly Hit[] => {
  const found: Hit[] = [];
  for (const hit of hits) {
    found.push(hit);
    if (found.length === most) break;
  }
  return found;
};

/** Everything is counted as it is written; of anything else the hits are counted, while they are few enough. */
const countQuery = (
  database: Database,
  hits: ReturnType<typeof hitsIn>,
): ((view: string, question: SearchQuestion) => SearchPage['counts']) => {
  const kept = database.prepare<CountRow>(
    'select list, documents from list_count where list >= ? and list < ? and documents > 0',
  );
  const listsOf = database.prepare<ListsRow>(
    `select d.lists, count(*) documents from json_each(?) hit cross join document d on d.n = hit.value group by d.lists`,
  );
  return (view, question) => {
    const { tenant, counted } = question;
    if (asksForAll(question)) {
      const own = `${view}/${tenant}/`;
      const rows = counted.flatMap((kind) => kept.all(`${own}${kind}:`, `${own}${kind}:${LAST}`));
      return mostFrequent(
        rows.map(({ list, documents }) => [list.slice(own.length), documents] as const),
        counted,
      );
    }
    const found = taken(hits(view, { ...question, before: null }), MOST_COUNTED + 1);
    if (found.length > MOST_COUNTED) return null;
    const rows = listsOf.all(JSON.stringify(found.map(({ n }) => n)));
    return mostFrequent(sums(rows, tenant.length + 1), counted);
  };
};

const sums = (rows: readonly ListsRow[], from: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { lists, documents } of rows)
    for (const list of lists.split('\n')) {
      const name = list.slice(from);
      counts.set(name, (counts.get(name) ?? 0) + documents);
    }
  return counts;
};
