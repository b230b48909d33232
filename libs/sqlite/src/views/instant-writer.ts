import type { DocumentWrite } from '@orderloom/engine';
import type { Database } from '../database.ts';

/** A document as its queues know it; `instants`: as `keptInstants` gives them. */
type Queued = { readonly n: number; readonly sortKey: string; readonly instants: string };

type InstantWriter = {
  readonly enter: (document: Pick<DocumentWrite, 'view' | 'id'>, to: Queued) => void;
  readonly leave: (document: Pick<DocumentWrite, 'view' | 'id'>, from: Queued) => void;
};

const NONE = '{}';

/** The instants of a document as its row keeps them: JSON. */
export const keptInstants = (instants: DocumentWrite['instants'] = {}): string => JSON.stringify(instants);

const instantsIn = (kept: string): readonly [string, number][] =>
  kept === NONE ? [] : Object.entries(JSON.parse(kept) as Record<string, number>);

/** What the queue of a tenant's documents by one of their instants is called in the file. */
export const instantName = (view: string, tenant: string, instant: string): string =>
  `${view}/${tenant}/${instant}`;

/** The documents of a views file by their instants. */
export const instantWriter = (database: Database): InstantWriter => {
  const enter = database.prepare(
    'insert or ignore into instant_entry(name, at, sort_key, document) values (?, ?, ?, ?)',
  );
  const leave = database.prepare(
    'delete from instant_entry where name = ? and at = ? and sort_key = ? and document = ?',
  );
  const each = (
    { view, id }: Pick<DocumentWrite, 'view' | 'id'>,
    queued: Queued,
    change: typeof enter,
  ): void => {
    const tenant = id.slice(0, Math.max(0, id.indexOf('/')));
    for (const [instant, at] of instantsIn(queued.instants))
      change.run(instantName(view, tenant, instant), at, queued.sortKey, queued.n);
  };
  return {
    enter: (document, to) => each(document, to, enter),
    leave: (document, from) => each(document, from, leave),
  };
};
