import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyStore, SubjectKey } from '@orderloom/engine';
import { failureOf, type Database } from '../database.ts';
import { checked, keyDigest, naming, openKeyFile } from './key-file.ts';
import { isErased, KEY_BYTES, keyStatements, type KeyRow, type KeyStatements } from './key-statements.ts';

export type KeyStoreOptions = {
  /** Keys kept ready, durable before anybody needs them. */
  readonly poolSize?: number;
  /**
   * Nobody uses a key before `recorded` has resolved behind its assignment. Then a crash leaves no doubt about any key;
   * without it, events have to be learnt from.
   */
  readonly recordedFirst?: boolean;
};

export type SqliteKeyStore = KeyStore & {
  /**
   * What the log says about a key: `subject` was given `keyId`. To be called for what lies behind the last clean stop,
   * so that `erase` finds an assignment whose record was lost with a crash. Cheap for what is known.
   */
  readonly learn: (subject: string, keyId: number) => void;
  /** `learn` was told of everything that can name a key: what a crash left in doubt and nobody has is given out again. */
  readonly reuse: () => void;
  /** Resolves when every assignment made so far is durable; all that wait at once wait for one write. */
  readonly recorded: () => Promise<void>;
  /** Makes all assignments durable; before a snapshot is saved, since what is behind it is not learnt again. */
  readonly flush: () => void;
};

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
    const keys = new Keys(database, options);
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
    reuse: named(() => store.reuse()),
    recorded: () => store.recorded(),
    flush: named(() => store.flush()),
    close: named(() => store.close()),
  };
};

class Keys {
  readonly #file: string;
  readonly #database: Database;
  readonly #sql: KeyStatements;
  readonly #poolSize: number;
  readonly #recordedFirst: boolean;
  /** Keys that nobody has, oldest first. */
  readonly #pool: SubjectKey[] = [];
  /**
   * A crash may have taken the record of whose they are: found by id, given to nobody. The file holds them as assigned
   * to no subject, so that neither an orderly stop nor another start takes them for unused.
   */
  readonly #doubtful = new Set<number>();
  /** Assigned, but not recorded yet. */
  readonly #unrecorded = new Map<string, SubjectKey>();
  readonly #bySubject = new Map<string, SubjectKey>();
  readonly #byId = new Map<number, KeyObject>();
  readonly #tokens = new Map<string, Uint8Array>();
  #recording: NodeJS.Timeout | undefined;
  #beingRecorded: Promise<void> | undefined;
  #refilling: NodeJS.Immediate | undefined;

  constructor(database: Database, { poolSize = POOL_SIZE, recordedFirst = false }: KeyStoreOptions) {
    this.#file = database.file;
    this.#database = database;
    this.#sql = keyStatements(database);
    this.#poolSize = Math.max(1, poolSize);
    this.#recordedFirst = recordedFirst;
  }

  /** After a crash, the record of who was given a pooled key may be lost while the event that uses it is not. */
  start(): void {
    if (this.#sql.closed.get()?.closed !== 1) this.#sql.doubt.run();
    for (const row of this.#sql.free.all()) if (!isErased(row)) this.#pool.push(this.#keyOf(row));
    for (const { id } of this.#sql.doubtful.all()) this.#doubtful.add(id);
    this.#sql.setClosed.run(this.#recordedFirst ? 1 : 0);
    // Else most of them will be in the pool soon.
    if (this.#doubtful.size === 0 || this.#recordedFirst) this.#fill();
  }

  reuse(): void {
    this.flush();
    this.#sql.trust.run();
    for (const id of this.#doubtful) {
      const key = this.find(id);
      if (key !== undefined) this.#pool.push(key);
    }
    this.#doubtful.clear();
    this.#fill();
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
    if (!this.#doubtful.has(keyId)) return;
    const key = this.find(keyId);
    if (key === undefined) return;
    this.#doubtful.delete(keyId);
    if (this.#unrecorded.has(subject)) this.flush();
    this.#unrecorded.set(subject, key);
    this.#recordLater();
  }

  recorded(): Promise<void> {
    if (this.#unrecorded.size === 0) return Promise.resolve();
    this.#beingRecorded ??= this.#recordSoon();
    return this.#beingRecorded;
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

  async #recordSoon(): Promise<void> {
    await nextTurn();
    this.#beingRecorded = undefined;
    naming(this.#file, () => {
      this.flush();
    });
  }

  #fill(): void {
    while (this.#pool.length < this.#poolSize) this.#makeKeys();
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
