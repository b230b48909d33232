// Avro schemas as data for the codec: self-contained, without docs and bounds, with fingerprints.
import { createHash } from 'node:crypto';
import avsc from 'avsc';
import { clearRecordOf, kebab, pascal } from './schema-model.mjs';

/** A whole schema of one record; a named type is written out where it first stands. */
function avroOf(model, record, seen = new Set()) {
  seen.add(record.fullName);
  const typeOf = (type) => {
    if (type.kind === 'array') return { type: 'array', items: typeOf(type.items) };
    if (type.kind === 'map') return { type: 'map', values: typeOf(type.values) };
    if (type.kind !== 'record') return type.kind;
    return seen.has(type.record) ? type.record : avroOf(model, model.records.get(type.record), seen);
  };
  const fields = record.fields.map((field) => ({
    name: field.name,
    type: field.nullable ? ['null', typeOf(field.type)] : typeOf(field.type),
    ...(field.hasDefault && { default: field.default }),
  }));
  return { type: 'record', name: record.fullName, fields };
}

/** SHA-256 of the Parsing Canonical Form, hex. */
const fingerprintOf = (schema) =>
  createHash('sha256')
    .update(JSON.stringify(avsc.Type.forSchema(structuredClone(schema)).schema()))
    .digest('hex');

/** OrderPlaced of `order` -> orderloom.order.placed.v1 (the stream's own name is not said twice). */
export function cloudEventsType(stream, name) {
  const own = pascal(stream.name);
  const rest = name.startsWith(own) && name.length > own.length ? name.slice(own.length) : name;
  return `orderloom.${stream.name}.${kebab(rest)}.v1`;
}

const entry = (model, stream, record) => {
  const schema = avroOf(model, record);
  return {
    stream: stream.name,
    type: record.name,
    name: record.fullName,
    fingerprint: fingerprintOf(schema),
    schema,
  };
};

/** Every schema that is ever written: events, commands, and the clear records that are sealed. */
export function avroSchemas(model) {
  const all = (kind) =>
    model.streams.flatMap((stream) =>
      stream[kind].map((record) => ({
        ...entry(model, stream, record),
        ...(kind === 'events' && { cloudEventsType: cloudEventsType(stream, record.name) }),
      })),
    );
  const personal = new Set(
    [...model.records.values()].flatMap(({ fields }) => fields.map((field) => field.personal)),
  );
  const clear = [...personal]
    .filter((name) => name !== undefined)
    .sort()
    .map((name) => {
      const schema = avroOf(model, model.records.get(clearRecordOf(name)));
      return { personal: name, name: schema.name, fingerprint: fingerprintOf(schema), schema };
    });
  return { events: all('events'), commands: all('commands'), clear };
}

export const avroFile = ({ events, commands, clear }) => `
/** A message type of this build: its Avro schema and the SHA-256 of the schema's Parsing Canonical Form, hex. */
export type AvroMessage = {
  readonly stream: string;
  readonly type: string;
  /** Full name of the Avro record. */
  readonly name: string;
  readonly fingerprint: string;
  readonly schema: object;
};

/** An event type; \`cloudEventsType\` is its \`type\` attribute wherever it leaves the engine. */
export type AvroEvent = AvroMessage & { readonly cloudEventsType: string };

/** A record that never stands anywhere in clear: what \`personal\` fields seal. */
export type ClearRecord = {
  readonly personal: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly schema: object;
};

export const avroEvents: readonly AvroEvent[] = ${JSON.stringify(events)};

export const avroCommands: readonly AvroMessage[] = ${JSON.stringify(commands)};

export const clearRecords: readonly ClearRecord[] = ${JSON.stringify(clear)};
`;
