import type { Sum, SumChange } from '@orderloom/engine';
import type { Database } from '../database.ts';

/** Changes sums of lists in the caller's transaction: once with the documents and the checkpoint, or not at all. */
export const sumWriter = (database: Database): ((changes: readonly SumChange[]) => void) => {
  const add = database.prepare(
    `insert into list_sum(list, unit, name, amount) values (?, ?, ?, cast(? as integer))
     on conflict(list, unit, name) do update set amount = amount + excluded.amount`,
  );
  return (changes) => {
    for (const { view, list, unit, name, by } of changes) add.run(`${view}/${list}`, unit, name, String(by));
  };
};

/** The sums of a list. They are wider than what JavaScript counts exactly, and come as text. */
export const sumQuery = (database: Database): ((view: string, list: string) => readonly Sum[]) => {
  const select = database.prepare<{ unit: string; name: string; amount: string }>(
    'select unit, name, cast(amount as text) amount from list_sum where list = ? order by unit, name',
  );
  return (view, list) =>
    select.all(`${view}/${list}`).map(({ unit, name, amount }) => ({ unit, name, amount: BigInt(amount) }));
};
