import { pageSize, type ListPage, type StoredDocument } from '@orderloom/engine';
import { naming, viewsUnavailable, type RedisConnection } from './connection.ts';
import { idIn, keysOf, type CachePlace, type Keys } from './keys.ts';

/** An answer and the log index that it reflects, both of one moment; negative: a part is behind what readers were told of. */
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
  readonly place: CachePlace;
  /** The parts of the log whose checkpoints add up to what an answer reflects. */
  readonly parts: readonly string[];
  /** Part -> log index that readers have been told it shows, elsewhere; parts that came later are named here. */
  readonly told?: () => ReadonlyMap<string, number>;
};

type Reply = string | null | undefined;

/** What a question gives instead of a log index where another generation is live, and where a part is behind. */
const MOVED = -2;
const BEHIND = -3;
const NOTHING: ReadonlyMap<string, number> = new Map();

/**
 * Reads the documents of the generation that is live: which one that is is looked at in the step that answers, so no answer
 * is of two, and a generation that was changed over is read from the next question on.
 */
export const redisCache = ({ redis, place, parts, told = () => NOTHING }: RedisCacheOptions): Cache => {
  let live = place.folds;
  const each = (): readonly (string | number)[] => {
    const known = told();
    return [...new Set([...parts, ...known.keys()])].flatMap((part) => [part, known.get(part) ?? 0]);
  };
  const ask = (question: (keys: Keys, named: readonly string[]) => Promise<unknown>) =>
    naming(async () => {
      for (;;) {
        const keys = keysOf(place, live);
        const [index, ...answer] = (await question(keys, [live, place.folds])) as [number, ...Reply[]];
        if (index !== MOVED) return { index: whole(index), answer };
        live = answer[0] ?? place.folds;
      }
    });
  return {
    get: async (view, id) => {
      const { index, answer } = await ask(({ placement, head, documents }, named) =>
        redis.viewGet(placement, head, `${documents}${view}/${id}`, ...named, ...each()),
      );
      return { index, answer: stored(id, answer[0], answer[1]) };
    },
    list: async (view, list, before, limit) => {
      const size = pageSize(limit);
      const { index, answer } = await ask(({ placement, head, documents, lists }, named) =>
        redis.viewList(
          ...[placement, head, `${lists}${view}/${list}`, ...named],
          ...[`${documents}${view}/`, before ?? '', size + 1, ...each()],
        ),
      );
      return { index, answer: pageOf(answer, size) };
    },
    asOf: async () =>
      (await ask(({ placement, head }, named) => redis.viewAsOf(placement, head, ...named, ...each()))).index,
    close: () => redis.disconnect(),
  };
};

/** An index that is behind is behind whatever was claimed. */
const whole = (index: number): number => {
  if (index < 0 && index !== BEHIND) throw viewsUnavailable('the cache is being filled');
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
    const document = stored(idIn(member), entries[at + 1], entries[at + 2]);
    if (document === undefined) throw viewsUnavailable('a list names a document that is not there');
    documents.push(document);
  }
  const isMore = entries.length > 3 * size;
  return { documents, next: isMore ? (entries[3 * (size - 1)] ?? null) : null };
};
