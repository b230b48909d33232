// JSON Schema 2020-12 of commands and events. Three shapes:
//   edge    a command as a caller writes it, personal data in clear
//   sealed  the same command inside the engine: bytes are Uint8Array, personal data is sealed
//   http    an event as HTTP shows it: bytes in base64
import { clearRecordOf } from './schema-model.mjs';

const INT = 2 ** 31;
// What the Avro library carries without loss: it refuses the largest safe integer, and reads zigzag numbers below
// -2^52 wrongly because twice their size has no exact form.
const LARGEST = Number.MAX_SAFE_INTEGER - 1;
const SMALLEST = -(2 ** 52);
const present = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

const numberSchema = (kind, { min, max }) => ({
  type: 'integer',
  minimum: Math.max(min ?? SMALLEST, kind === 'int' ? -INT : SMALLEST),
  maximum: Math.min(max ?? LARGEST, kind === 'int' ? INT - 1 : LARGEST),
});

const textSchema = ({ pattern, minLength, maxLength }) =>
  present({ type: 'string', minLength, maxLength, pattern });

const bytesSchema = ({ minLength, maxLength }, shape) =>
  shape === 'sealed'
    ? { 'x-bytes': present({ minLength, maxLength }) }
    : { type: 'string', contentEncoding: 'base64' };

function mapSchema(model, type, bounds, shape) {
  const { minItems, maxItems, min, max, ...keys } = bounds;
  const { type: _string, ...propertyNames } = textSchema(keys);
  return present({
    type: 'object',
    additionalProperties: typeSchema(model, type.values, { min, max }, shape),
    propertyNames: Object.keys(propertyNames).length > 0 ? propertyNames : undefined,
    minProperties: minItems,
    maxProperties: maxItems,
  });
}

function typeSchema(model, type, bounds, shape) {
  switch (type.kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'int':
    case 'long':
      return numberSchema(type.kind, bounds);
    case 'string':
      return textSchema(bounds);
    case 'bytes':
      return bytesSchema(bounds, shape);
    case 'array': {
      const { minItems, maxItems, uniqueBy, ...ofItems } = bounds;
      const items = typeSchema(model, type.items, ofItems, shape);
      return present({ type: 'array', items, minItems, maxItems, 'x-unique-by': uniqueBy });
    }
    case 'map':
      return mapSchema(model, type, bounds, shape);
    default:
      return recordSchema(model, model.records.get(type.record), shape);
  }
}

function fieldSchema(model, field, shape) {
  const clear = field.personal !== undefined && shape === 'edge';
  const type = clear ? { kind: 'record', record: clearRecordOf(field.personal) } : field.type;
  const schema = typeSchema(model, type, field.bounds, shape);
  return {
    description: field.doc,
    ...schema,
    ...(field.nullable && (schema.type ? { type: [schema.type, 'null'] } : { 'x-nullable': true })),
    ...(clear && { 'x-personal': true }),
    ...(field.hasDefault && shape !== 'http' && { default: field.default }),
  };
}

/** Fields with a default may be left out of a command; an event always shows all of its fields. */
function recordSchema(model, record, shape) {
  const required = record.fields
    .filter((field) => shape === 'http' || !field.hasDefault)
    .map(({ name }) => name);
  return {
    type: 'object',
    title: record.name,
    description: record.doc,
    properties: Object.fromEntries(
      record.fields.map((field) => [field.name, fieldSchema(model, field, shape)]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

const isSealed = (record) => record.fields.some((field) => field.personal !== undefined);

export function jsonSchemas(model) {
  const perStream = (kind, shape, wanted = () => true) =>
    Object.fromEntries(
      model.streams.map((stream) => [
        stream.name,
        Object.fromEntries(
          stream[kind].filter(wanted).map((record) => [record.name, recordSchema(model, record, shape)]),
        ),
      ]),
    );
  const personal = (record) =>
    record.fields.filter((field) => field.personal).map((field) => [field.name, field.personal]);
  return {
    edge: perStream('commands', 'edge'),
    sealed: perStream('commands', 'sealed', isSealed),
    http: perStream('events', 'http'),
    personal: Object.fromEntries(
      model.streams.map((stream) => [
        stream.name,
        Object.fromEntries(
          stream.commands
            .filter(isSealed)
            .map((record) => [record.name, Object.fromEntries(personal(record))]),
        ),
      ]),
    ),
  };
}

export const jsonSchemaFile = ({ edge, sealed, http, personal }) => `
/** JSON Schemas by stream type, then by message type. */
export type SchemaTable = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** Commands as a caller writes them: personal data in clear, fields with a default left out. */
export const edgeCommandSchemas: SchemaTable = ${JSON.stringify(edge)};

/** The commands that differ inside the engine: personal data sealed, bytes as \`Uint8Array\` (\`x-bytes\`). */
export const sealedCommandSchemas: SchemaTable = ${JSON.stringify(sealed)};

/** Events as HTTP shows them: bytes in base64. */
export const eventSchemas: SchemaTable = ${JSON.stringify(http)};

/** Which fields of which command are personal: field name -> clear record. */
export const personalFields: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> =
  ${JSON.stringify(personal)};
`;
