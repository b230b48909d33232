import type { Database } from '../database.ts';
import { DIGEST_BYTES } from './key-file.ts';

export const KEY_BYTES = 32;
/** Stands in an assignment for a subject that is not known; none has this name. */
const NOBODY = '';

export type KeyRow = { readonly id: number; readonly material: Uint8Array; readonly digest: Uint8Array };

export type KeyStatements = ReturnType<typeof keyStatements>;

export const keyStatements = (database: Database) => ({
  closed: database.prepare<{ closed: number }>('select closed from owner'),
  setClosed: database.prepare('insert or replace into owner values (1, ?)'),
  free: database.prepare<KeyRow>(
    'select id, material, digest from subject_key where id not in (select id from assignment) order by id',
  ),
  key: database.prepare<KeyRow>('select id, material, digest from subject_key where id = ?'),
  addKey: database.prepare('insert into subject_key(material, digest) values (?, ?)'),
  overwrite: database.prepare(
    `update subject_key set material = zeroblob(${KEY_BYTES}), digest = zeroblob(${DIGEST_BYTES}) where id = ?`,
  ),
  assign: database.prepare(
    `insert into assignment values (?, ?)
     on conflict(id) do update set subject = excluded.subject where assignment.subject = '${NOBODY}'`,
  ),
  idsOf: database.prepare<{ id: number }>(
    `select id from assignment where subject = ? and subject <> '${NOBODY}' order by id desc`,
  ),
  doubt: database.prepare(
    `insert into assignment select id, '${NOBODY}' from subject_key
     where digest <> zeroblob(${DIGEST_BYTES}) and id not in (select id from assignment)`,
  ),
  doubtful: database.prepare<{ id: number }>(
    `select id from assignment where subject = '${NOBODY}' order by id`,
  ),
  trust: database.prepare(`delete from assignment where subject = '${NOBODY}'`),
  unassign: database.prepare('delete from assignment where subject = ?'),
  token: database.prepare<Omit<KeyRow, 'id'>>('select material, digest from token_key where tenant = ?'),
  addToken: database.prepare('insert into token_key values (?, ?, ?)'),
});

/** A digest that is no bytes is damage, which `checked` names. */
export const isErased = ({ digest }: KeyRow): boolean =>
  ArrayBuffer.isView(digest) && digest.every((byte) => byte === 0);
