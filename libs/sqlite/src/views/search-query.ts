import {
  asksForAll,
  MOST_COUNTED,
  mostFrequent,
  pageOfHits,
  pageSize,
  type SearchPage,
  type SearchQuestion,
} from '@orderloom/engine';
import type { Database } from '../database.ts';
import { storedDocument, type DocumentRow } from './document-row.ts';
import { namesIn } from './place-writer.ts';
import type { Hit } from './hit-queries.ts';
import { hitsIn } from './search-hits.ts';

/** Behind every name that begins like the one before it. */
const LAST = '\u{10ffff}';

type CountRow = { readonly list: string; readonly documents: number };
type ListsRow = { readonly lists: string; readonly documents: number };

export type SearchQuery = (view: string, question: SearchQuestion) => SearchPage;

/** Searches a views file. The answer is of one moment. */
export const searchQuery = (database: Database): SearchQuery => {
  const document = database.prepare<DocumentRow>('select id, version, body from document where n = ?');
  const hits = hitsIn(database);
  const counts = countQuery(database);
  return (view, question) =>
    database.reading(() => {
      const { before, counted } = question;
      const size = pageSize(question.limit);
      const all =
        counted.length > 0 && !asksForAll(question)
          ? taken(hits(view, { ...question, before: null }), MOST_COUNTED + 1)
          : undefined;
      // The first page is the beginning of what is counted.
      const found = (before === null ? all : undefined) ?? taken(hits(view, question), size + 1);
      const { page, next } = pageOfHits(found, size);
      return {
        documents: page.flatMap(({ n }) => {
          const row = document.get(n);
          return row === undefined ? [] : [storedDocument(row)];
        }),
        next,
        counts: counted.length === 0 ? null : counts(view, question, all),
      };
    });
};

const taken = (hits: Iterable<Hit>, most: number): readonly Hit[] => {
  const found: Hit[] = [];
  for (const hit of hits) {
    found.push(hit);
    if (found.length === most) break;
  }
  return found;
};

/** Everything is counted as it is written; of anything else `hits` are counted, while they are few enough. */
const countQuery = (
  database: Database,
): ((view: string, question: SearchQuestion, hits?: readonly Hit[]) => SearchPage['counts']) => {
  const kept = database.prepare<CountRow>(
    'select list, documents from list_count where list >= ? and list < ? and documents > 0',
  );
  const listsOf = database.prepare<ListsRow>(
    `select d.lists, count(*) documents from json_each(?) hit cross join document d on d.n = hit.value group by d.lists`,
  );
  return (view, { tenant, counted }, hits) => {
    if (hits === undefined) {
      const own = `${view}/${tenant}/`;
      const rows = counted.flatMap((kind) => kept.all(`${own}${kind}:`, `${own}${kind}:${LAST}`));
      return mostFrequent(
        rows.map(({ list, documents }) => [list.slice(own.length), documents] as const),
        counted,
      );
    }
    if (hits.length > MOST_COUNTED) return null;
    const rows = listsOf.all(JSON.stringify(hits.map(({ n }) => n)));
    return mostFrequent(sums(rows, tenant.length + 1), counted);
  };
};

const sums = (rows: readonly ListsRow[], from: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { lists, documents } of rows)
    for (const list of namesIn(lists)) {
      const name = list.slice(from);
      counts.set(name, (counts.get(name) ?? 0) + documents);
    }
  return counts;
};
