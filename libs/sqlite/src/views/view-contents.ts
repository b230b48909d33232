import {
  digestsOf,
  heldDigests,
  type Digests,
  type DocumentWrite,
  type KeptDocument,
  type ShownViews,
  type StreamChunk,
  type Sum,
} from '@orderloom/engine';
import { openDatabase, type Database } from '../database.ts';
import { viewFile } from './view-file.ts';
import { indexedWords, sumOfWords } from './indexed-words.ts';
import { keptInstants } from './instant-writer.ts';
import { namesIn } from './place-writer.ts';
import { checkpointQuery } from './view-queries.ts';
import { indexedText } from './word-writer.ts';

/** Everything in a views file at one moment, whatever its writer does meanwhile. */
export type ViewContents = {
  /** The checkpoint's log index. */
  readonly index: number;
  /** The checkpoint's last sequence of every slot. */
  readonly sequences: Float64Array;
  readonly documents: () => Generator<KeptDocument>;
  /** Of each stream in the order of their versions. */
  readonly chunks: () => Generator<StreamChunk>;
  /** Every sum with its list, which is named with view and tenant. */
  readonly sums: () => Generator<Sum & { readonly list: string }>;
  readonly close: () => void;
};

type DocumentRow = Omit<KeptDocument, 'lists' | 'found'> & {
  readonly n: number;
  readonly lists: string;
  readonly words: string;
  readonly instants: string;
};
type EntryRow = {
  readonly n: number;
  readonly view: string | null;
  readonly entries: number;
  readonly named: number;
};

/** A list that no document names: whoever has it is not what was written. It comes behind every view when a first difference is looked for. */
const WRONG_ENTRIES = '~wrong-entries';

/** How many entries each document has in lists, and how many of them its own row names. */
const ENTRIES = `
  select e.document n, d.view, count(*) entries,
    total(e.sort_key = d.sort_key
      and instr(char(10) || d.lists || char(10), char(10) || substr(e.list, length(d.view) + 2) || char(10)) > 0) named
  from list_entry e left join document d on d.n = e.document group by e.document`;

/** Opens a views file as it is now. Throws what SQLite throws where there is none, or it is damaged. */
export const readViewContents = (folder: string, generation: string): ViewContents => {
  const database = openDatabase(viewFile(folder, generation), { readOnly: true });
  try {
    // A reading transaction: everything that follows is of the moment of its first statement.
    database.exec('begin');
    const checkpoint = checkpointQuery(database)();
    return {
      ...checkpoint,
      documents: () => documentsIn(database),
      chunks: () => chunksIn(database),
      sums: () => sumsIn(database),
      close: database.close,
    };
  } catch (error) {
    database.close();
    throw error;
  }
};

/** See `KeptDocument`: its words, and its instants. */
const foundBy = ({ text = [], instants }: DocumentWrite): string =>
  foundOf({ words: indexedText(text), instants: keptInstants(instants) });

const foundOf = ({ words, instants }: Pick<DocumentRow, 'words' | 'instants'>): string =>
  `${words}\n${instants}`;

/** What a views file shows at this moment; it is let go at once, so that its writer's journal does not grow meanwhile. */
export const readShownViews = (
  folder: string,
  generation: string,
): ShownViews & { readonly digests: Digests } => {
  const { index, sequences, documents, chunks, close } = readViewContents(folder, generation);
  try {
    const digests = digestsOf(documents(), chunks());
    const rules = { foundBy, hasHistories: true };
    return { ...rules, index, sequences, digests, digestsIn: heldDigests(digests) };
  } finally {
    close();
  }
};

function* documentsIn(database: Database): Generator<KeptDocument> {
  const entries = new Map<number, EntryRow>();
  for (const row of database.prepare<EntryRow>(ENTRIES).iterate()) {
    if (row.view === null) yield wrong(String(row.n));
    else entries.set(row.n, row);
  }
  for (const { list } of database.prepare<{ list: string }>(WRONG_COUNTS).iterate()) yield wrong(list);
  const words = new Map(indexedWords(database));
  const misplaced = misplacedInQueues(database);
  const documents = database.prepare<DocumentRow>(
    'select n, view, id, version, sort_key sortKey, lists, words, instants, body from document',
  );
  for (const { n, lists: joined, words: own, instants, ...document } of documents.iterate()) {
    const lists = namesIn(joined);
    const { entries: all, named } = entries.get(n) ?? { entries: 0, named: 0 };
    const isListed = all === named && named === new Set(lists).size;
    const isIndexed = (words.get(n) ?? 0) === sumOfWords(own);
    words.delete(n);
    const found = foundOf({ words: own, instants });
    const isQueued = !misplaced.delete(n);
    yield {
      ...document,
      found,
      lists: isListed && isIndexed && isQueued ? lists : [...lists, WRONG_ENTRIES],
    };
  }
  for (const n of [...words.keys(), ...misplaced]) yield wrong(String(n));
}

/** Of something that no document stands behind. */
const wrong = (id: string): KeptDocument => ({
  ...{ view: WRONG_ENTRIES, id, version: 0, sortKey: '', lists: [], body: '', found: '' },
});

/** Numbers of documents whose entries in queues are not those that their instants say. */
const misplacedInQueues = (database: Database): Set<number> =>
  new Set(
    database
      .prepare<{ n: number }>(MISPLACED)
      .all()
      .map(({ n }) => n),
  );

const MISPLACED = `
  with said(name, at, sort_key, document) as (
    select d.view || '/' || substr(d.id, 1, max(instr(d.id, '/') - 1, 0)) || '/' || i.key, i.value, d.sort_key, d.n
    from document d cross join json_each(d.instants) i)
  select document n from (select * from instant_entry except select * from said)
  union select document from (select * from said except select * from instant_entry)`;

/** Counts of lists that are not how many entries these have. */
const WRONG_COUNTS = `
  select list from list_count c
  where documents <> (select count(*) from list_entry e where e.list = c.list)`;

function* chunksIn(database: Database): Generator<StreamChunk> {
  yield* database
    .prepare<StreamChunk>(
      `select stream_id streamId, first_version firstVersion, count, frames from stream_chunk
       order by stream_id, first_version, n`,
    )
    .iterate();
}

function* sumsIn(database: Database): Generator<Sum & { readonly list: string }> {
  const rows = database.prepare<{ list: string; unit: string; name: string; amount: string }>(
    'select list, unit, name, cast(amount as text) amount from list_sum',
  );
  for (const { amount, ...sum } of rows.iterate()) yield { ...sum, amount: BigInt(amount) };
}
