import { schemaIdsContract } from '@orderloom/testing';
import { memorySchemaIds } from './memory-schema-ids.ts';

const schema = (name: string) => ({ name, fingerprint: name.repeat(64), json: `"${name}"` });

schemaIdsContract({
  name: 'a registry in memory',
  schemas: () => [schema('a'), schema('b'), schema('c')],
  create: (published) => memorySchemaIds(published, 100),
});
