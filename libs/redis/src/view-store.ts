import { randomUUID } from 'node:crypto';
import { SLOTS } from '@orderloom/decider';
import {
  EngineError,
  type Checkpoint,
  type ParkedEvent,
  type StoredDocument,
  type ViewBatch,
  type ViewStore,
} from '@orderloom/engine';
import { movedSlots, parkedEvents, stepsOf, type Arguments } from './batch-arguments.ts';
import { naming, type RedisConnection } from './connection.ts';
import { keysOf, type CachePlace } from './keys.ts';

export type RedisViewStoreOptions = {
  readonly redis: RedisConnection;
  readonly place: CachePlace;
  readonly generation: string;
  /** The part of the log that this store follows: each has a checkpoint of its own. */
  readonly part: string;
  /** Log index at which a cache that begins empty has everything that readers may have seen before. */
  readonly filledAt: () => number | Promise<number>;
  /** The stream store: a cache keeps no streams, and what a fold is rebuilt from is never a cache. */
  readonly readStream: ViewStore['readStream'];
};

type Begun = { readonly epoch: string; readonly checkpoint: Checkpoint };

/**
 * Views in Redis. A document changes together with its lists, in one step, and only to a version that is not older. The
 * last step of a window carries the checkpoint: documents may be ahead of it, never behind.
 * An emptied cache is noticed at the next commit, which throws `views-corrupt`; `checkpoint` then begins it again and says
 * where. Throws `generation-dropped` where the placement names the generation no more, and `cache-evicts` where Redis may drop what it likes: lists would lose documents without a trace.
 */
export const redisViewStore = (options: RedisViewStoreOptions): ViewStore => {
  const { redis, place, generation, part, readStream } = options;
  const keys = keysOf(place, generation);
  const sequences = keys.sequences + part;
  const writer = randomUUID();
  let windows = 0;
  let begun: Begun | undefined;

  const begin = async (): Promise<Begun> => {
    await refuseEviction(redis);
    const filledAt = await options.filledAt();
    const named = [keys.placement, keys.generations, keys.head, sequences, generation, place.folds];
    const reply = await redis.viewBegin(...named, randomUUID(), part, filledAt);
    return begunFrom(reply as BeginReply);
  };
  /** A step is sent as soon as it is known not to be the last: Redis works on it while the next one is made. */
  const sendSteps = (batch: ViewBatch, common: Arguments, sent: Promise<unknown>[]): Arguments => {
    const window = `${writer}.${(windows += 1)}`;
    let before = '';
    let waiting: Arguments | undefined;
    for (const documents of stepsOf(batch)) {
      if (waiting !== undefined) {
        const step = `${window}.${sent.length}`;
        const taken = redis.viewWrite(keys.head, ...common, step, before, ...waiting);
        // Where the next step cannot be made, nobody asks what became of this one.
        taken.catch(() => undefined);
        sent.push(taken);
        before = step;
      }
      waiting = documents;
    }
    return [before, ...movedAndParked(batch), ...(waiting ?? [])];
  };
  const movedAndParked = ({ checkpoint, parked }: ViewBatch): Arguments => [
    ...movedSlots(begun?.checkpoint.sequences ?? new Float64Array(SLOTS), checkpoint.sequences),
    ...parkedEvents(parked),
  ];
  const commit = async (batch: ViewBatch): Promise<void> => {
    const { epoch } = (begun ??= await begin());
    const common = [keys.documents, keys.lists, epoch, part];
    const sent: Promise<unknown>[] = [];
    const last = sendSteps(batch, common, sent);
    const names = [keys.head, sequences, keys.parked];
    sent.push(redis.viewCommit(...names, ...common, batch.checkpoint.index, ...last));
    await Promise.all(sent);
    begun = { epoch, checkpoint: copyOf(batch.checkpoint) };
  };

  return {
    checkpoint: () =>
      naming(async () => {
        begun = await begin();
        return copyOf(begun.checkpoint);
      }),
    load: (view, ids) => naming(() => loadAll(redis, `${keys.documents}${view}/`, ids)),
    readStream,
    commit: (batch) =>
      naming(async () => {
        try {
          await commit(batch);
        } catch (error) {
          begun = undefined;
          throw error;
        }
      }),
    parked: () =>
      naming(async () => {
        const parked = await redis.lrange(keys.parked, 0, -1);
        return parked.map((text) => JSON.parse(text) as ParkedEvent);
      }),
    close: () => redis.disconnect(),
  };
};

/** Epoch, log index, and slots with their sequences. */
type BeginReply = readonly [string, string, readonly string[]];

const begunFrom = ([epoch, index, slots]: BeginReply): Begun => {
  const sequences = new Float64Array(SLOTS);
  for (let at = 0; at + 1 < slots.length; at += 2) sequences[Number(slots[at])] = Number(slots[at + 1]);
  return { epoch, checkpoint: { index: Number(index), sequences } };
};

const copyOf = ({ index, sequences }: Checkpoint): Checkpoint => ({
  index,
  sequences: Float64Array.from(sequences),
});

const loadAll = async (
  redis: RedisConnection,
  prefix: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredDocument>> => {
  const found = await Promise.all(ids.map((id) => redis.hmget(prefix + id, 'v', 'b')));
  const documents = new Map<string, StoredDocument>();
  for (const [at, id] of ids.entries()) {
    const [version, body] = found[at] ?? [];
    if (typeof version === 'string' && typeof body === 'string')
      documents.set(id, { id, version: Number(version), document: JSON.parse(body) as unknown });
  }
  return documents;
};

/** A list that has lost a member to eviction looks like any other: only the setting can rule it out. */
const refuseEviction = async (redis: RedisConnection): Promise<void> => {
  const memory = await redis.info('memory');
  const limit = /^maxmemory:(\d+)/m.exec(memory)?.[1] ?? '0';
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? '';
  if (limit !== '0' && policy.startsWith('allkeys'))
    throw new EngineError(
      'cache-evicts',
      `Redis drops any key when its memory is full (maxmemory-policy ${policy}); set noeviction or a volatile- policy`,
      { retryable: false },
    );
};
