import type { WriterSchema } from '@orderloom/engine';
import { addressOf, registryApi } from './registry-api.ts';

type Schema = Omit<WriterSchema, 'id'>;

/** What became of one schema. */
export type PublishedSchema = Pick<Schema, 'name' | 'fingerprint'> & {
  readonly id: number;
  /** False: the registry had it before. */
  readonly added: boolean;
};

/** Why the registry did not take a schema. */
export type RefusedSchema = Pick<Schema, 'name' | 'fingerprint'> & {
  readonly status: number;
  readonly reason: string;
};

export type Publication = {
  readonly published: readonly PublishedSchema[];
  readonly refused: readonly RefusedSchema[];
};

export type PublishOptions = {
  readonly url: string;
  /** Every version of every schema, in the order in which they were released: an emptied registry numbers them as before. */
  readonly schemas: readonly Schema[];
  readonly describe: (json: string) => Pick<Schema, 'name' | 'fingerprint'>;
};

/**
 * Makes a registry know all schemas, one after the other; what it has already is left alone, so it may be run at any
 * time. Stops at the first refusal of a subject, goes on with the others, and says what was refused.
 * Rejects with `registry-unavailable`: what was published until then stays, a second run does the rest.
 */
export const publishSchemas = async ({ url, schemas, describe }: PublishOptions): Promise<Publication> => {
  const api = registryApi(addressOf(url));
  const published: PublishedSchema[] = [];
  const refused: RefusedSchema[] = [];
  const had = new Map<string, ReadonlyMap<string, number>>();

  const idsIn = async (subject: string): Promise<ReadonlyMap<string, number>> => {
    const versions = await api.versionsOf(subject);
    // Oldest first, and the oldest id of a fingerprint is the one that is used.
    const ids = versions.toReversed().map(({ id, json }) => [describe(json).fingerprint, id] as const);
    return new Map(ids);
  };
  for (const { name, fingerprint, json } of schemas) {
    if (refused.some((schema) => schema.name === name)) continue;
    const ids = had.get(name) ?? (await idsIn(name));
    had.set(name, ids);
    const id = ids.get(fingerprint);
    if (id !== undefined) {
      published.push({ name, fingerprint, id, added: false });
      continue;
    }
    const result = await api.publish(name, json);
    if ('refused' in result) refused.push({ name, fingerprint, ...result.refused });
    else published.push({ name, fingerprint, id: result.id, added: true });
  }
  return { published, refused };
};
