import type { Database } from '../database.ts';

export type ListCounts = {
  /** A document enters a list whose documents are counted. */
  readonly entered: (list: string) => void;
  /** A document leaves a list, counted or not. */
  readonly left: (list: string) => void;
  /** Writes down what has changed; once a window, for most documents of one move from list to list. */
  readonly keep: () => void;
  readonly forget: () => void;
};

/** How many documents stand in the lists that are counted. */
export const listCounts = (database: Database): ListCounts => {
  const more = new Map<string, number>();
  const fewer = new Map<string, number>();
  const add = database.prepare(
    `insert into list_count(list, documents) values (?, ?)
     on conflict(list) do update set documents = documents + excluded.documents`,
  );
  const subtract = database.prepare('update list_count set documents = documents - ? where list = ?');
  const forget = (): void => {
    more.clear();
    fewer.clear();
  };
  return {
    entered: (list) => {
      more.set(list, (more.get(list) ?? 0) + 1);
    },
    left: (list) => {
      fewer.set(list, (fewer.get(list) ?? 0) + 1);
    },
    keep: () => {
      for (const [list, documents] of more) add.run(list, documents);
      for (const [list, documents] of fewer) subtract.run(documents, list);
      forget();
    },
    forget,
  };
};
