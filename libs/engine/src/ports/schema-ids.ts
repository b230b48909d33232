import type { WriterSchema } from './codec.ts';

/**
 * The numbers under which a registry keeps schemas: the 5-byte head of every value on a public topic names one.
 * Ids are looked up, never made: schemas are published at deploy time.
 */
export type SchemaIds = {
  /**
   * The registry's id of a schema that this build writes, known since the start.
   * Throws `schema-not-published` for any other.
   */
  readonly idOf: (fingerprint: string) => number;
  /**
   * The schema behind an id, asked once and remembered; `undefined` where the registry has none of that id.
   * Rejects with `registry-unavailable` (retryable) where it cannot be asked.
   */
  readonly find: (id: number) => Promise<WriterSchema | undefined>;
};
