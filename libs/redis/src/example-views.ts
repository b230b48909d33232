// Windows of a projector for the specs of this lib.
import { randomUUID } from 'node:crypto';
import { SLOTS } from '@orderloom/decider';
import type { DocumentWrite, ViewBatch, ViewStore } from '@orderloom/engine';
import type { RedisConnection } from './connection.ts';
import { redisViewStore, type RedisViewStoreOptions } from './view-store.ts';

/** Keys that no other test has used. */
export const freshGeneration = (): string => `g-${randomUUID()}`;

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

/** A store that is whole from the beginning. */
export const aStore = (
  redis: RedisConnection,
  generation: string,
  more: Partial<RedisViewStoreOptions> = {},
): ViewStore =>
  redisViewStore({
    ...{ redis, generation, part: 'log', filledAt: () => 0, readStream: () => [] },
    ...more,
  });
