// What a schema may say. Kept apart from the reader so that the rules can be read as one page.

export const PRIMITIVES = ['boolean', 'int', 'long', 'string', 'bytes'];

const KNOWN_ON_RECORD = new Set(['type', 'name', 'namespace', 'doc', 'fields']);
const NUMBER = ['min', 'max'];
const TEXT = ['pattern', 'minLength', 'maxLength'];
const LIST = ['minItems', 'maxItems'];

/** Which bounds make sense on which type; a bound on an array's own elements is said on the array's field. */
const BOUNDS = {
  boolean: [],
  int: NUMBER,
  long: NUMBER,
  string: TEXT,
  bytes: ['minLength', 'maxLength'],
  record: [],
  map: [...LIST, ...NUMBER, ...TEXT],
};
const boundsOf = (type) =>
  type.kind === 'array' ? [...LIST, 'uniqueBy', ...(BOUNDS[type.items.kind] ?? [])] : BOUNDS[type.kind];

const KNOWN_ON_FIELD = new Set(['name', 'type', 'doc', 'default', 'personal']);

export const isNullable = (type) => Array.isArray(type) && type.length === 2 && type[0] === 'null';

export function checkRecord(schema, complain) {
  if (schema.type !== 'record') complain('must be a record (enums, fixed and bare unions cannot evolve)');
  if (!/^[A-Z][A-Za-z0-9]*$/.test(schema.name ?? '')) complain(`${schema.name} is no PascalCase name`);
  if (!schema.doc) complain(`${schema.name} has no doc`);
  if (!Array.isArray(schema.fields)) complain(`${schema.name} has no fields (it may have an empty list)`);
  for (const key of Object.keys(schema))
    if (!KNOWN_ON_RECORD.has(key)) complain(`"${key}" is not known on a record`);
}

export function checkField(field, type, complain) {
  if (!/^[a-z][A-Za-z0-9]*$/.test(field.name ?? '')) complain('is no camelCase name');
  if (!field.doc) complain('has no doc');
  if (Array.isArray(field.type) && !(isNullable(field.type) && field.default === null))
    complain('a union must be ["null", type] with default null');
  const allowed = boundsOf(type) ?? [];
  for (const key of Object.keys(field)) {
    if (KNOWN_ON_FIELD.has(key) || allowed.includes(key)) continue;
    complain(`"${key}" is not known on a field of type ${type.kind}`);
  }
  for (const key of [...NUMBER, ...LIST, 'minLength', 'maxLength'])
    if (key in field && !Number.isSafeInteger(field[key])) complain(`${key} must be an integer below 2^53`);
  if ('pattern' in field) checkPattern(field.pattern, complain);
}

function checkPattern(pattern, complain) {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    complain(`pattern: ${error.message}`);
  }
  if (!/^\^.*\$$/s.test(pattern)) complain('pattern must match the whole text: ^...$');
}
