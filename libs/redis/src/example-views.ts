// Windows of a projector for the specs of this lib.
import { randomUUID } from 'node:crypto';
import { SLOTS } from '@orderloom/decider';
import type { DocumentWrite, ViewBatch, ViewStore } from '@orderloom/engine';
import type { RedisConnection } from './connection.ts';
import type { CachePlace } from './keys.ts';
import { redisViewStore, type RedisViewStoreOptions } from './view-store.ts';

/** Keys that no other test has used. */
export const freshPlace = (): CachePlace => ({ prefix: `t-${randomUUID()}`, folds: 'f' });

export const anOrder = (id: string, version = 1, more: Partial<DocumentWrite> = {}): DocumentWrite => ({
  view: 'order',
  id,
  version,
  document: { id, version },
  lists: ['main/all:'],
  sortKey: id,
  ...more,
});

export const window = (index: number, writes: readonly DocumentWrite[] = []): ViewBatch => ({
  writes,
  removals: [],
  chunks: [],
  parked: [],
  checkpoint: { index, sequences: new Float64Array(SLOTS).fill(index) },
});

/** A store of the first generation that is whole from the beginning. */
export const aStore = (
  redis: RedisConnection,
  place: CachePlace,
  more: Partial<RedisViewStoreOptions> = {},
): ViewStore =>
  redisViewStore({
    ...{ redis, place, generation: place.folds, part: 'log', filledAt: () => 0, readStream: () => [] },
    ...more,
  });
