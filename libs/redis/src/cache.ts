import type { ListPage, StoredDocument } from '@orderloom/engine';
import { naming, viewsUnavailable, type RedisConnection } from './connection.ts';
import { keysOf } from './keys.ts';

/** An answer and the log index that it reflects, both of one moment. */
export type AsOf<T> = { readonly index: number; readonly answer: T };

/**
 * The reading side of a cache. Every question throws `views-unavailable` while Redis is away, and while the cache is
 * being filled: what is not whole answers nothing.
 */
export type Cache = {
  /** No document: the cache does not have it, which does not say that there is none. */
  readonly get: (view: string, id: string) => Promise<AsOf<StoredDocument | undefined>>;
  readonly list: (
    view: string,
    list: string,
    before: string | null,
    limit: number,
  ) => Promise<AsOf<ListPage>>;
  readonly asOf: () => Promise<number>;
  readonly close: () => void;
};

export type RedisCacheOptions = {
  readonly redis: RedisConnection;
  readonly generation: string;
  /** The parts of the log whose checkpoints add up to what an answer reflects. */
  readonly parts: readonly string[];
};

/** A page of a list holds at most this many documents, whatever is asked for. */
const LONGEST_PAGE = 200;
/** Stands between a sort key and its document's id; in no sort key. */
const MARK = '\u0001';

type Reply = string | null | undefined;

/** Reads the documents of one generation. */
export const redisCache = ({ redis, generation, parts }: RedisCacheOptions): Cache => {
  const keys = keysOf(generation);
  return {
    get: (view, id) =>
      naming(async () => {
        const reply = await redis.viewGet(keys.head, `${keys.documents}${view}/${id}`, ...parts);
        const [index, version, body] = reply as [number, Reply, Reply];
        return { index: whole(index), answer: stored(id, version, body) };
      }),
    list: (view, list, before, limit) =>
      naming(async () => {
        const size = Math.max(1, Math.min(limit, LONGEST_PAGE));
        const names = [keys.head, `${keys.lists}${view}/${list}`, `${keys.documents}${view}/`];
        const reply = await redis.viewList(...names, before ?? '', size + 1, ...parts);
        const [index, ...entries] = reply as [number, ...Reply[]];
        return { index: whole(index), answer: pageOf(entries, size) };
      }),
    asOf: () => naming(async () => whole((await redis.viewAsOf(keys.head, ...parts)) as number)),
    close: () => redis.disconnect(),
  };
};

const whole = (index: number): number => {
  if (index < 0) throw viewsUnavailable('the cache is being filled');
  return index;
};

const stored = (id: string, version: Reply, body: Reply): StoredDocument | undefined =>
  typeof version === 'string' && typeof body === 'string'
    ? { id, version: Number(version), document: JSON.parse(body) as unknown }
    : undefined;

/** Three replies a document: its place in the list, its version, its body. */
const pageOf = (entries: readonly Reply[], size: number): ListPage => {
  const documents: StoredDocument[] = [];
  for (let at = 0; at < Math.min(entries.length, 3 * size); at += 3) {
    const member = entries[at] ?? '';
    const document = stored(member.slice(member.indexOf(MARK) + 1), entries[at + 1], entries[at + 2]);
    if (document === undefined) throw viewsUnavailable('a list names a document that is not there');
    documents.push(document);
  }
  const isMore = entries.length > 3 * size;
  return { documents, next: isMore ? (entries[3 * (size - 1)] ?? null) : null };
};
