import { schemaNotPublished } from '../errors.ts';
import type { WriterSchema } from '../ports/codec.ts';
import type { SchemaIds } from '../ports/schema-ids.ts';

/** A registry in memory that has published what it is given, ids counted from `firstId`. For tests and benches. */
export const memorySchemaIds = (published: readonly Omit<WriterSchema, 'id'>[], firstId = 1): SchemaIds => {
  const schemas = published.map((schema, index): WriterSchema => ({ ...schema, id: firstId + index }));
  const byFingerprint = new Map(schemas.map((schema) => [schema.fingerprint, schema.id]));
  const byId = new Map(schemas.map((schema) => [schema.id, schema]));
  return {
    idOf: (fingerprint) => {
      const id = byFingerprint.get(fingerprint);
      if (id === undefined) throw schemaNotPublished(`no schema with fingerprint ${fingerprint}`);
      return id;
    },
    find: async (id) => byId.get(id),
  };
};
