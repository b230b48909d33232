import { SLOTS } from '@orderloom/decider';
import { isInShare, type Checkpoint, type KeptDocument, type Share } from '@orderloom/engine';
import { naming, type RedisConnection } from './connection.ts';
import { keysBehind } from './given-up.ts';
import { idIn, keysOf, type CachePlace, type Keys } from './keys.ts';

/** What one generation of a cache holds, whether it is read or not: for whoever holds it against the log. */
export type KeptGeneration = {
  /** The log index that it shows, all parts together. */
  readonly shownUpTo: () => Promise<number>;
  /** How far each part is, in their order; `undefined`: nobody has begun it. */
  readonly checkpoints: () => Promise<readonly (Checkpoint | undefined)[]>;
  /**
   * Every document of a share, with the lists it stands in, each as it is when it is looked at; behind them, once more, whatever
   * stands in a list wrongly.
   */
  readonly contents: (share: Share) => AsyncGenerator<readonly KeptDocument[]>;
};

export type KeptGenerationOptions = {
  readonly redis: RedisConnection;
  readonly place: CachePlace;
  readonly generation: string;
  readonly parts: readonly string[];
};

/** Documents, or entries of a list, that one script looks at: Redis does nothing else meanwhile. */
const AT_ONCE = 100;
/** A list that no document names. */
const WRONG_ENTRIES = '~wrong-entries';

export const keptGeneration = ({
  redis,
  place,
  generation,
  parts,
}: KeptGenerationOptions): KeptGeneration => {
  const keys = keysOf(place, generation);
  return {
    shownUpTo: () =>
      naming(async () => {
        const at = await redis.hmget(keys.head, ...parts.map((part) => `at:${part}`));
        return at.reduce((sum, index) => sum + Number(index ?? 0), 0);
      }),
    checkpoints: () => naming(() => Promise.all(parts.map((part) => checkpointOf(redis, keys, part)))),
    contents: async function* (share) {
      yield* documentsIn(redis, keys, share);
      yield* straysIn(redis, keys, share);
    },
  };
};

/** The sequences first: a document is due that one of them speaks of, and both only grow. */
const checkpointOf = async (
  redis: RedisConnection,
  { head, sequences: of }: Keys,
  part: string,
): Promise<Checkpoint | undefined> => {
  const kept = await redis.hgetall(of + part);
  const at = await redis.hget(head, `at:${part}`);
  if (at === null) return undefined;
  const sequences = new Float64Array(SLOTS);
  for (const [slot, sequence] of Object.entries(kept)) sequences[Number(slot)] = Number(sequence);
  return { index: Number(at), sequences };
};

/** `<view>/<id>` or `<view>/<list>`. */
const splitName = (name: string): readonly [view: string, of: string] => {
  const end = name.indexOf('/');
  return [name.slice(0, end), name.slice(end + 1)];
};

const inPieces = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, at) =>
    all.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );

async function* documentsIn(
  redis: RedisConnection,
  { head, documents, lists }: Keys,
  share: Share,
): AsyncGenerator<readonly KeptDocument[]> {
  for await (const page of keysBehind(redis, documents)) {
    const asked = page
      .map((key) => [key, ...splitName(key.slice(documents.length))] as const)
      .filter(([, view, id]) => isInShare(share, view, id));
    for (const some of inPieces(asked)) {
      const reply = await naming(() => redis.viewContents(head, lists, ...some.flat()));
      yield some.flatMap(([, view, id], at) => keptDocument(view, id, (reply as Reply[]).slice(4 * at)));
    }
  }
}

type Reply = string | number | null;

/** Nothing where there is no document: it was removed, and its version is all that is known of it. */
const keptDocument = (
  view: string,
  id: string,
  [version, place, body, stands]: readonly (Reply | undefined)[],
): readonly KeptDocument[] => {
  if (typeof version !== 'string' || typeof place !== 'string' || typeof body !== 'string') return [];
  const [sortKey = '', ...named] = place.split('\n');
  const lists = stands === new Set(named).size ? named : [...named, WRONG_ENTRIES];
  return [{ view, id, version: Number(version), sortKey: sortKey.slice(1), lists, body, found: '' }];
};

async function* straysIn(
  redis: RedisConnection,
  { documents, lists }: Keys,
  share: Share,
): AsyncGenerator<readonly KeptDocument[]> {
  for await (const page of keysBehind(redis, lists))
    for (const key of page) {
      const [view, list] = splitName(key.slice(lists.length));
      const isMine = (member: string): boolean => isInShare(share, view, idIn(member));
      for await (const members of membersOf(redis, key)) {
        const asked = [`${documents}${view}/`, list, ...members.filter(isMine)];
        const reply = await naming(() => redis.viewStrays(key, ...asked));
        yield straysFrom(view, reply as readonly string[]);
      }
    }
}

async function* membersOf(redis: RedisConnection, key: string): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    const [next, found] = await naming(() => redis.zscan(key, cursor, 'COUNT', AT_ONCE));
    // Each with its score; a short list comes whole, however many are asked for.
    yield* inPieces(found.filter((_, at) => at % 2 === 0));
    cursor = next;
  } while (cursor !== '0');
}

const straysFrom = (view: string, reply: readonly string[]): readonly KeptDocument[] => {
  const strays: KeptDocument[] = [];
  for (let at = 0; at + 1 < reply.length; at += 2)
    strays.push({
      ...{ view, id: reply[at] ?? '', version: Number(reply[at + 1]) },
      ...{ sortKey: '', lists: [WRONG_ENTRIES], body: '', found: '' },
    });
  return strays;
};
