import { setTimeout as sleep } from 'node:timers/promises';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { EngineError, schemaNotPublished, type SchemaIds, type WriterSchema } from '@orderloom/engine';
import { inParallel } from './in-parallel.ts';
import {
  addressOf,
  ANSWER_WITHIN_MS,
  registryApi,
  registryUnavailable,
  type RegistryAddress,
  type RegistryApi,
} from './registry-api.ts';

/** What a schema is called, and what tells it from every other: independent of docs, bounds and spelling. */
export type Described = Pick<WriterSchema, 'name' | 'fingerprint'>;

export type SchemaIdsOptions = {
  /** Base address of the registry; user and password in it are used and never told. */
  readonly url: string;
  /** The schemas that this build writes; the subject of each is its record's full name. */
  readonly schemas: readonly Omit<WriterSchema, 'id'>[];
  /** Reads a schema's text. Throws where it is none. */
  readonly describe: (json: string) => Described;
  /** How long a start waits for a registry that is away, ms: a minute unless said. */
  readonly patienceMs?: number;
  /** Told why a start waits, each time the reason changes. */
  readonly onWait: (reason: string) => void;
};

const PATIENCE_MS = 60_000;
/** Pause between two tries of a start, ms. */
const TRY_EVERY_MS = 500;
/** Subjects asked for at the same time. */
const WIDTH = 8;

/**
 * Looks up the ids of everything that this build writes, and every older version of it: from then on a service needs
 * the registry only for schemas that were published later. Nothing is ever registered.
 * Rejects with `registry-unavailable` once the patience is over, with `schema-not-published` where a subject is
 * missing, and with `schema-mismatch` where the registry has other versions of a schema than the one that this build writes.
 */
export const openSchemaIds = async (options: SchemaIdsOptions): Promise<SchemaIds> => {
  const address = addressOf(options.url);
  const known = await patiently(options, () => lookUp(registryApi(address), options));
  const byId = new Map(known.map((schema) => [schema.id, schema]));
  const idOf = ownIds(options.schemas, known);
  const ask = schemaById(address, options.describe);
  return {
    idOf: (fingerprint) => {
      const id = idOf.get(fingerprint);
      if (id === undefined) throw schemaNotPublished(`no schema with fingerprint ${fingerprint}`);
      return id;
    },
    find: async (id) => {
      const found = byId.get(id) ?? (await ask(id));
      if (found !== undefined) byId.set(id, found);
      return found;
    },
  };
};

/** Tries again while the registry is away; everything else is final. */
const patiently = async <T>(
  { patienceMs = PATIENCE_MS, onWait }: Pick<SchemaIdsOptions, 'patienceMs' | 'onWait'>,
  work: () => Promise<T>,
): Promise<T> => {
  const until = performance.now() + patienceMs;
  for (let told = ''; ;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EngineError) || !error.retryable) throw error;
      const { message } = error;
      if (performance.now() + TRY_EVERY_MS > until)
        throw registryUnavailable(`${message}; waited ${patienceMs / 1000} s for it`, error);
      if (message !== told) onWait(`${message}; waiting at most ${patienceMs / 1000} s for it`);
      told = message;
      await sleep(TRY_EVERY_MS);
    }
  }
};

/** Every version of every schema that this build writes. */
const lookUp = async (
  api: RegistryApi,
  { schemas, describe }: Pick<SchemaIdsOptions, 'schemas' | 'describe'>,
): Promise<readonly WriterSchema[]> => {
  const found = await inParallel(schemas, WIDTH, async ({ name, fingerprint }) => {
    const versions = await api.versionsOf(name);
    const written = versions.map(({ id, json }) => ({ id, json, ...describe(json) }));
    if (!written.some((schema) => schema.fingerprint === fingerprint))
      throw missing({ name, fingerprint }, written.at(-1));
    return written;
  });
  return found.flat();
};

const missing = ({ name, fingerprint }: Described, latest: WriterSchema | undefined): EngineError =>
  latest === undefined
    ? schemaNotPublished(`no version of ${name} (fingerprint ${fingerprint})`)
    : new EngineError(
        'schema-mismatch',
        `${name}: the registry's latest id ${latest.id} has fingerprint ${latest.fingerprint}, this build writes ` +
          `${fingerprint}; publish the schemas of this build, or start the build that the registry belongs to`,
        { retryable: false },
      );

/** A schema that was published twice, with other docs, has two ids: the first one is for ever the first. */
const ownIds = (
  schemas: SchemaIdsOptions['schemas'],
  known: readonly WriterSchema[],
): ReadonlyMap<string, number> => {
  const own = new Set(schemas.map(({ fingerprint }) => fingerprint));
  const ids = new Map<string, number>();
  for (const { fingerprint, id } of known)
    if (own.has(fingerprint) && !ids.has(fingerprint)) ids.set(fingerprint, id);
  return ids;
};

/** The library waits for ever of its own accord. */
const bounded: NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number] = () => ({
  prepareRequest: async (next) => (await next()).enhance({ timeout: ANSWER_WITHIN_MS }),
});

/** The library's part: a schema by its id, asked once however many wait for it. */
const schemaById = (
  { host, auth }: RegistryAddress,
  describe: SchemaIdsOptions['describe'],
): ((id: number) => Promise<WriterSchema | undefined>) => {
  const registry = new SchemaRegistry({
    host,
    ...(auth && { auth }),
    retry: { retries: 1, initialRetryTimeInSecs: 0.1 },
    middlewares: [bounded],
  });
  return async (id) => {
    try {
      const json = JSON.stringify(await registry.getSchema(id));
      return { id, json, ...describe(json) };
    } catch (error) {
      if ((error as { readonly status?: number }).status === 404) return undefined;
      throw registryUnavailable(`the schema registry at ${host} cannot say what schema ${id} is`, error);
    }
  };
};
