// Reads schemas/ into a plain model that every generator works from:
//
//   record  { fullName, name, namespace, doc, fields, file }
//   field   { name, doc, type, nullable, hasDefault, default, bounds, personal }
//   type    { kind: 'boolean' | 'int' | 'long' | 'string' | 'bytes' }
//         | { kind: 'array', items } | { kind: 'map', values } | { kind: 'record', record: fullName }
//
// A union exists only as `nullable`. What does not follow the conventions is collected in `problems`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { checkField, checkRecord, isNullable, PRIMITIVES } from './conventions.mjs';

export const TYPES = 'orderloom.types';

/** PlaceOrder -> place-order, T1Done -> t1-done. */
export const kebab = (name) => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
export const pascal = (name) => name.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter) => letter.toUpperCase());

const filesOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.avsc'))
        .sort()
        .map((name) => join(folder, name))
    : [];

/** Reads the whole folder. Returns `{ records, types, streams, problems }`; never throws for a bad schema. */
export function readSchemas(folder) {
  const model = { records: new Map(), types: [], streams: [], problems: [] };
  const readAll = (files, namespace) =>
    files
      .map((file) => readRecordFile(model, folder, file, namespace))
      .filter((record) => record !== undefined);
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  model.types = readAll(filesOf(join(folder, 'types')), TYPES);
  for (const name of folders.map((entry) => entry.name).sort()) {
    if (name === 'types') continue;
    const namespace = `orderloom.${name}`;
    const events = readAll(filesOf(join(folder, name, 'events')), namespace);
    const commands = readAll(filesOf(join(folder, name, 'commands')), namespace);
    model.streams.push({ name, namespace, events, commands });
  }
  checkReferences(model);
  return model;
}

function readRecordFile(model, folder, file, namespace) {
  const where = relative(join(folder, '..'), file);
  const complain = (problem) => void model.problems.push(`${where}: ${problem}`);
  let schema;
  try {
    schema = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return complain(`is not JSON (${error.message})`);
  }
  if (kebab(String(schema.name)) !== basename(file, '.avsc'))
    complain(`holds ${schema.name}, so it must be called ${kebab(String(schema.name))}.avsc`);
  if (schema.namespace !== namespace) complain(`namespace must be ${namespace}`);
  return readRecord({ model, namespace, where, complain }, schema);
}

function readRecord(context, schema) {
  const { model, where, complain } = context;
  checkRecord(schema, complain);
  const fullName = `${schema.namespace ?? context.namespace}.${schema.name}`;
  if (model.records.has(fullName)) complain(`${fullName} is declared twice; move it to schemas/types`);
  const record = {
    fullName,
    name: schema.name,
    namespace: context.namespace,
    doc: schema.doc,
    file: where,
    fields: [],
  };
  model.records.set(fullName, record);
  record.fields = (Array.isArray(schema.fields) ? schema.fields : []).map((field) =>
    readField(context, schema, field),
  );
  return record;
}

function readField(context, owner, field) {
  const complain = (problem) => context.complain(`${owner.name}.${field.name}: ${problem}`);
  const nullable = isNullable(field.type);
  const type = readType(context, nullable ? field.type[1] : field.type, complain);
  const { name, doc, personal } = field;
  const { min, max, pattern, minLength, maxLength, minItems, maxItems, uniqueBy } = field;
  const bounds = { min, max, pattern, minLength, maxLength, minItems, maxItems, uniqueBy };
  checkField(field, type, complain);
  return {
    name,
    doc,
    type,
    nullable,
    hasDefault: 'default' in field,
    default: field.default,
    bounds,
    personal,
  };
}

function readType(context, schema, complain) {
  if (typeof schema === 'string') {
    if (PRIMITIVES.includes(schema)) return { kind: schema };
    return { kind: 'record', record: schema.includes('.') ? schema : `${context.namespace}.${schema}` };
  }
  if (Array.isArray(schema)) {
    complain('a union may only be of null and one other type, null first, and not inside an array or map');
    return { kind: 'string' };
  }
  switch (schema?.type) {
    case 'array':
      return { kind: 'array', items: readType(context, schema.items, complain) };
    case 'map':
      return { kind: 'map', values: readType(context, schema.values, complain) };
    case 'record':
      return { kind: 'record', record: readRecord(context, schema).fullName };
    default:
      if (PRIMITIVES.includes(schema?.type)) return { kind: schema.type };
      complain(`type ${JSON.stringify(schema)} is not used here`);
      return { kind: 'string' };
  }
}

/** Every named type exists; what is personal names a clear record and is of type SealedBlock. */
function checkReferences(model) {
  const named = (type) =>
    type.kind === 'record' ? type.record : type.kind === 'array' ? named(type.items) : undefined;
  for (const record of model.records.values()) {
    for (const field of record.fields) {
      const complain = (problem) =>
        model.problems.push(`${record.file}: ${record.name}.${field.name}: ${problem}`);
      const name = named(field.type);
      if (name !== undefined && !model.records.has(name)) complain(`there is no type ${name}`);
      const sealed = name === `${TYPES}.SealedBlock`;
      if (sealed !== (field.personal !== undefined)) complain('SealedBlock and "personal" go together');
      if (sealed && !model.records.has(clearRecordOf(field.personal)))
        complain(`there is no clear record ${clearRecordOf(field.personal)}`);
    }
  }
}

/** `receiver` -> orderloom.types.Receiver. */
export const clearRecordOf = (personal) => `${TYPES}.${pascal(personal)}`;
