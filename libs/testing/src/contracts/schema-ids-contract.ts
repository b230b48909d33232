import { describe, expect } from '@jest/globals';
import type { SchemaIds, WriterSchema } from '@orderloom/engine';
import { contractCases, type Skip } from './contract-cases.ts';

type Schema = Omit<WriterSchema, 'id'>;

export type SchemaIdsContract = {
  readonly name: string;
  /** Schemas with names that no other run has used, and their fingerprints as `create` finds them. */
  readonly schemas: () => readonly [Schema, Schema, Schema];
  /** Ids for a build that writes these schemas, all of which are published. */
  readonly create: (published: readonly Schema[]) => SchemaIds | Promise<SchemaIds>;
  readonly skip?: readonly Skip[];
};

/** What every source of schema ids promises. */
export const schemaIdsContract = ({ name, schemas, create, skip = [] }: SchemaIdsContract): void => {
  describe(`${name} keeps the contract of schema ids`, () => {
    contractCases('ids', skip, {
      'are known for everything that is published, each its own': async () => {
        const published = schemas();
        const ids = await create(published);
        const numbers = published.map(({ fingerprint }) => ids.idOf(fingerprint));
        expect(new Set(numbers).size).toBe(published.length);
      },
      'lead back to what was written with them': async () => {
        const published = schemas();
        const ids = await create(published);
        for (const { name: record, fingerprint } of published)
          expect(await ids.find(ids.idOf(fingerprint))).toMatchObject({
            ...{ id: ids.idOf(fingerprint), name: record, fingerprint },
          });
      },
      'are not made up for what is not published': async () => {
        const [one, two, three] = schemas();
        const ids = await create([one, two]);
        expect(() => ids.idOf(three.fingerprint)).toThrow(
          expect.objectContaining({ code: 'schema-not-published', retryable: false }),
        );
      },
      'that nobody gave lead nowhere': async () => {
        const ids = await create(schemas());
        expect(await ids.find(2 ** 31 - 1)).toBeUndefined();
      },
    });
  });
};
