import { existsSync } from 'node:fs';
import { EngineError, type StoredGroup, type WriterSchema } from '@orderloom/engine';
import { lockFolder } from '../folder.ts';
import { CHAIN_START, chainLink, LINK_BYTES, linkOf } from './chain.ts';
import { logFile } from './log-file.ts';
import { rawRows, type RawRow } from './pages.ts';

/**
 * A group taken from a damaged log. `proven`: it is what was written, right behind the group before it.
 * Otherwise that neighbour is lost, and only the frames themselves can be checked.
 */
export type SalvagedGroup = StoredGroup & { readonly proven: boolean };

export type Salvage = {
  readonly schemas: readonly WriterSchema[];
  readonly groups: readonly SalvagedGroup[];
};

/** How SQLite stores a blob of one link, and a text of a SHA-256 in hex. */
const LINK_TYPE = 12 + 2 * LINK_BYTES;

/**
 * What is intact in the log of a folder, however damaged its file is; changes nothing. Holds all of it in memory.
 * Needs the folder for itself: throws `folder-in-use` beside a living engine, `log-missing` where there is no log.
 */
export const salvage = (folder: string): Salvage => {
  const file = logFile(folder);
  if (!existsSync(file))
    throw new EngineError('log-missing', `there is no log.db in ${folder}`, { retryable: false });
  const lock = lockFolder(folder);
  try {
    const schemas: WriterSchema[] = [];
    const found = new Map<number, StoredGroup & { readonly link: string }>();
    for (const row of rawRows(file)) {
      const group = groupOf(row);
      const schema = group === undefined ? schemaOf(row) : undefined;
      if (group !== undefined) found.set(group.first, group);
      if (schema !== undefined) schemas.push(schema);
    }
    return { schemas: schemas.sort((a, b) => a.id - b.id), groups: intact([...found.values()]) };
  } finally {
    lock.release();
  }
};

const groupOf = ({ rowid, cells, types }: RawRow): (StoredGroup & { readonly link: string }) | undefined => {
  const [, count, frames, link] = cells;
  if (cells.length !== 4 || types[0] !== 0 || types[3] !== LINK_TYPE || typeof count !== 'number')
    return undefined;
  if (!(frames instanceof Uint8Array) || !(link instanceof Uint8Array)) return undefined;
  return { first: rowid, count, frames, link: linkOf(link) };
};

const schemaOf = ({ rowid, cells, types }: RawRow): WriterSchema | undefined => {
  if (cells.length !== 5 || types[0] !== 0 || types[4] !== LINK_TYPE) return undefined;
  const [name, fingerprint, json] = cells
    .slice(1, 4)
    .map((cell) => Buffer.from(cell as Uint8Array).toString('utf8'));
  if (name === undefined || fingerprint === undefined || json === undefined) return undefined;
  return { id: rowid, name, fingerprint, json };
};

const intact = (found: readonly (StoredGroup & { readonly link: string })[]): SalvagedGroup[] => {
  const sorted = found.toSorted((a, b) => a.first - b.first);
  const groups: SalvagedGroup[] = [];
  let before: { readonly end: number; readonly link: string } = { end: 0, link: CHAIN_START };
  for (const { first, count, frames, link } of sorted) {
    const follows = before.end === first - 1;
    const proven = follows && chainLink(before.link, first, count, frames) === link;
    // Not proven behind an intact neighbour means changed; behind a gap it means nothing.
    if (proven || !follows) groups.push({ first, count, frames, proven });
    before = { end: first + count - 1, link };
  }
  return groups;
};
