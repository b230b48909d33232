export { openSchemaIds, type Described, type SchemaIdsOptions } from './schema-ids.ts';
export {
  publishSchemas,
  type Publication,
  type PublishedSchema,
  type PublishOptions,
  type RefusedSchema,
} from './publish-schemas.ts';
