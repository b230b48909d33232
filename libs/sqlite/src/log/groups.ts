import { logCorrupt, type StoredGroup } from '@orderloom/engine';
import type { Database } from '../database.ts';
import { CHAIN_START, chainLink, linkOf } from './chain.ts';
import { naming, REMEDY } from './log-file.ts';

type GroupRow = StoredGroup & { readonly link: Uint8Array };

export type Head = { readonly last: number; readonly link: string };

/** The log's end, written with every group: without it a log that lost its last groups would look whole. */
export const readHead = (database: Database): Head =>
  naming(database.file, () => {
    const row = database.prepare<{ last: number; link: Uint8Array }>('select last, link from head').get();
    if (row === undefined) throw logCorrupt(`${database.file} has no head; ${REMEDY}`);
    return { last: row.last, link: linkOf(row.link) };
  });

/**
 * Groups that hold events behind `after`, each checked against the one before it and the last against the head.
 * One short read a group: a reader that stops in the middle leaves nothing open that would hold up the writer.
 */
export function* readGroups(database: Database, after: number): Generator<StoredGroup> {
  const { file } = database;
  const columns = 'select first, count, frames, link from event_group';
  const [from, upTo] = naming(file, () => [
    database.prepare<GroupRow>(`${columns} where first >= ? order by first limit 1`),
    database.prepare<GroupRow>(`${columns} where first <= ? order by first desc limit 1`),
  ]);

  const holding = naming(file, () => upTo.get(after + 1));
  let expected = holding?.first ?? 1;
  const before = naming(file, () => upTo.get(expected - 1));
  let link = before === undefined ? CHAIN_START : linkOf(before.link);

  for (;;) {
    const row = naming(file, () => from.get(expected));
    if (row === undefined) {
      const head = readHead(database);
      if (head.last >= expected && naming(file, () => from.get(expected)) !== undefined) continue;
      if (head.last === expected - 1 && head.link === link) return;
      throw broken(
        file,
        expected,
        `the log's head is event ${head.last}; groups are missing, or were put in`,
      );
    }
    if (row.first !== expected) throw broken(file, expected, 'it is missing');
    const { first, count, frames } = row;
    const own = naming(file, () => linkOf(row.link));
    if (own !== naming(file, () => chainLink(link, first, count, frames)))
      throw broken(file, expected, 'it, or the one before it, is not what was written');
    link = own;
    expected += count;
    if (expected > after + 1) yield { first, count, frames };
  }
}

const broken = (file: string, first: number, how: string): Error =>
  logCorrupt(`${file}: the group that begins with event ${first}: ${how}; ${REMEDY}`);
