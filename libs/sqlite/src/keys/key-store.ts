import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { KeyStore, SubjectKey } from '@orderloom/engine';
import { failureOf, type Database } from '../database.ts';
import { checked, DIGEST_BYTES, keyDigest, naming, openKeyFile } from './key-file.ts';

export type KeyStoreOptions = {
  /** Keys kept ready, durable before anybody needs them. */
  readonly poolSize?: number;
};

export type SqliteKeyStore = KeyStore & {
  /**
   * What an event says about a key: `subject` was given `keyId`. To be called for events behind the last clean stop,
   * so that `erase` finds an assignment whose record was lost with a crash. Cheap for what is known.
   */
  readonly learn: (subject: string, keyId: number) => void;
  /** Makes all assignments durable; before a snapshot is saved, since what is behind it is not learnt again. */
  readonly flush: () => void;
};

const KEY_BYTES = 32;
const POOL_SIZE = 4096;
/** Keys made in one turn of the event loop: about 2 ms, so that commands hardly wait. */
const REFILL_SLICE = 512;
/** Assignments are recorded this much later, many at once, ms. */
const RECORD_AFTER_MS = 250;
const KEPT_KEYS = 50_000;

/** keys.db of a data folder. Throws `keys-corrupt` where the file or a key in it is damaged. */
export const openKeyStore = (folder: string, options: KeyStoreOptions = {}): SqliteKeyStore => {
  const database = openKeyFile(folder);
  const named = <A extends unknown[], R>(work: (...values: A) => R) => {
    return (...values: A): R => naming(database.file, () => work(...values));
  };
  const started = named(() => {
    const keys = new Keys(database, options.poolSize ?? POOL_SIZE);
    keys.start();
    return keys;
  });
  let store: Keys;
  try {
    store = started();
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    assign: named((subject: string) => store.assign(subject)),
    find: named((keyId: number) => store.find(keyId)),
    tokenKey: named((tenant: string) => store.tokenKey(tenant)),
    erase: named((subject: string) => store.erase(subject)),
    learn: named((subject: string, keyId: number) => store.learn(subject, keyId)),
    flush: named(() => store.flush()),
    close: named(() => store.close()),
  };
};

type KeyRow = { readonly id: number; readonly material: Uint8Array; readonly digest: Uint8Array };

class Keys {
  readonly #file: string;
  readonly #database: Database;
  readonly #sql: ReturnType<typeof statements>;
  readonly #poolSize: number;
  /** Keys that nobody has, oldest first. */
  readonly #pool: SubjectKey[] = [];
  /** Keys without a subject that an event may name all the same: found by id, never given to anybody. */
  readonly #orphans = new Set<number>();
  /** Assigned, but not recorded yet. */
  readonly #unrecorded = new Map<string, SubjectKey>();
  readonly #bySubject = new Map<string, SubjectKey>();
  readonly #byId = new Map<number, KeyObject>();
  readonly #tokens = new Map<string, Uint8Array>();
  #recording: NodeJS.Timeout | undefined;
  #refilling: NodeJS.Immediate | undefined;

  constructor(database: Database, poolSize: number) {
    this.#file = database.file;
    this.#database = database;
    this.#sql = statements(database);
    this.#poolSize = Math.max(1, poolSize);
  }

  /**
   * After a crash, the record of who was given a pooled key may be lost while the event that uses it is not:
   * then no key of the old pool is given out again.
   */
  start(): void {
    const wasClosed = this.#sql.closed.get()?.closed === 1;
    for (const row of this.#sql.free.all()) {
      if (isErased(row)) continue;
      if (wasClosed) this.#pool.push(this.#keyOf(row));
      else this.#orphans.add(row.id);
    }
    this.#sql.setClosed.run(0);
    while (this.#pool.length < this.#poolSize) this.#makeKeys();
  }

  assign(subject: string): SubjectKey {
    const known = this.#unrecorded.get(subject) ?? this.#bySubject.get(subject) ?? this.#recorded(subject);
    if (known !== undefined) return known;
    if (this.#pool.length === 0) this.#makeKeys();
    const key = this.#pool.shift();
    if (key === undefined) throw new RangeError('the key pool is empty');
    this.#unrecorded.set(subject, key);
    this.#keep(subject, key);
    this.#recordLater();
    if (this.#pool.length < this.#poolSize / 2) this.#refilling ??= setImmediate(() => this.#refill());
    return key;
  }

  find(keyId: number): SubjectKey | undefined {
    const kept = this.#byId.get(keyId);
    if (kept !== undefined) return { keyId, key: kept };
    const row = this.#sql.key.get(keyId);
    return row === undefined || isErased(row) ? undefined : this.#keyOf(row);
  }

  tokenKey(tenant: string): Uint8Array {
    const kept = this.#tokens.get(tenant);
    if (kept !== undefined) return kept;
    const row = this.#sql.token.get(tenant);
    const key =
      row === undefined ? randomBytes(KEY_BYTES) : checked(this.#file, `token key of ${tenant}`, row);
    if (row === undefined) this.#sql.addToken.run(tenant, key, keyDigest(key));
    this.#tokens.set(tenant, key);
    return key;
  }

  /** The material is gone from the file and from its WAL when this returns. */
  erase(subject: string): boolean {
    this.flush();
    const ids = this.#sql.idsOf.all(subject).map(({ id }) => id);
    if (ids.length === 0) return false;
    this.#database.transaction(() => {
      for (const id of ids) this.#sql.overwrite.run(id);
      this.#sql.unassign.run(subject);
    });
    this.#database.exec('pragma wal_checkpoint(truncate)');
    this.#bySubject.delete(subject);
    for (const id of ids) this.#byId.delete(id);
    return true;
  }

  learn(subject: string, keyId: number): void {
    if (this.#orphans.delete(keyId)) this.#sql.assign.run(keyId, subject);
  }

  flush(): void {
    clearTimeout(this.#recording);
    this.#recording = undefined;
    if (this.#unrecorded.size === 0) return;
    this.#database.transaction(() => {
      for (const [subject, { keyId }] of this.#unrecorded) this.#sql.assign.run(keyId, subject);
    });
    this.#unrecorded.clear();
  }

  close(): void {
    clearImmediate(this.#refilling);
    this.flush();
    this.#sql.setClosed.run(1);
    this.#database.close();
  }

  #recordLater(): void {
    this.#recording ??= setTimeout(() => {
      this.#recording = undefined;
      this.#quietly(() => this.flush());
      if (this.#unrecorded.size > 0) this.#recordLater();
    }, RECORD_AFTER_MS).unref();
  }

  /** In slices, with the event loop in between; each is durable before one of its keys is given out. */
  #refill(): void {
    this.#refilling = undefined;
    const done = this.#quietly(() => this.#makeKeys());
    if (done && this.#pool.length < this.#poolSize) this.#refilling = setImmediate(() => this.#refill());
  }

  /** Work that nobody waits for: on a full disk it is left, and whoever finds the pool empty gets the error. */
  #quietly(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (failureOf(error) === 'other') throw error;
      return false;
    }
  }

  #makeKeys(): void {
    const count = Math.min(REFILL_SLICE, this.#poolSize - this.#pool.length);
    const material = randomBytes(KEY_BYTES * count);
    const made = this.#database.transaction(() =>
      Array.from({ length: count }, (_, at): SubjectKey => {
        const bytes = material.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES);
        const { lastInsertRowid } = this.#sql.addKey.run(bytes, keyDigest(bytes));
        return { keyId: lastInsertRowid, key: createSecretKey(bytes) };
      }),
    );
    this.#pool.push(...made);
    material.fill(0);
  }

  #recorded(subject: string): SubjectKey | undefined {
    const id = this.#sql.idsOf.get(subject)?.id;
    const key = id === undefined ? undefined : this.find(id);
    if (key !== undefined) this.#keep(subject, key);
    return key;
  }

  #keyOf(row: KeyRow): SubjectKey {
    return { keyId: row.id, key: createSecretKey(checked(this.#file, `key ${row.id}`, row)) };
  }

  #keep(subject: string, key: SubjectKey): void {
    if (this.#bySubject.size >= KEPT_KEYS) {
      this.#bySubject.clear();
      this.#byId.clear();
    }
    this.#bySubject.set(subject, key);
    this.#byId.set(key.keyId, key.key);
  }
}

const statements = (database: Database) => ({
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
  assign: database.prepare('insert or ignore into assignment values (?, ?)'),
  idsOf: database.prepare<{ id: number }>('select id from assignment where subject = ? order by id desc'),
  unassign: database.prepare('delete from assignment where subject = ?'),
  token: database.prepare<Omit<KeyRow, 'id'>>('select material, digest from token_key where tenant = ?'),
  addToken: database.prepare('insert into token_key values (?, ?, ?)'),
});

/** A digest that is no bytes is damage, which `checked` names. */
const isErased = ({ digest }: KeyRow): boolean =>
  ArrayBuffer.isView(digest) && digest.every((byte) => byte === 0);
