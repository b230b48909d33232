import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Violation } from '@orderloom/engine';
import { edgeCommandSchemas, sealedCommandSchemas } from './generated/json-schemas.ts';
import { checkInput, pointerStep } from './input-check.ts';

const MOST_VIOLATIONS = 20;

const newAjv = (): Ajv => {
  // The generated schemas use only what means the same in draft 7 and 2020-12.
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    allowUnionTypes: true,
    verbose: true,
    logger: false,
  });
  ajv.addVocabulary(['x-personal']);
  ajv.addKeyword({ keyword: 'x-unique-by', type: 'array', schemaType: 'string', validate: isUniqueBy });
  ajv.addKeyword({ keyword: 'x-bytes', schemaType: 'object', validate: isBytes });
  return ajv;
};

const isUniqueBy = (field: string, items: readonly unknown[]): boolean => {
  const seen = new Set<unknown>();
  for (const item of items) {
    if (typeof item !== 'object' || item === null) continue;
    const value = (item as Record<string, unknown>)[field];
    if (value !== undefined && seen.has(value)) return false;
    seen.add(value);
  }
  return true;
};

const isBytes = (bounds: { minLength?: number; maxLength?: number }, value: unknown): boolean =>
  value instanceof Uint8Array &&
  value.length >= (bounds.minLength ?? 0) &&
  value.length <= (bounds.maxLength ?? Number.MAX_SAFE_INTEGER);

/** The library's pointer with every step that could be somebody's data left out. */
const shownPointer = (pointer: string): string => pointer.split('/').slice(1).map(pointerStep).join('');

/** In our words, from the schema alone: a message never quotes what was sent. */
const violationOf = (error: ErrorObject): Violation => {
  const pointer = shownPointer(error.instancePath);
  const params = error.params as Readonly<Record<string, string>>;
  switch (error.keyword) {
    case 'required':
      return { pointer: `${pointer}/${params['missingProperty'] ?? ''}`, message: 'is missing' };
    case 'additionalProperties':
      return {
        pointer: `${pointer}${pointerStep(params['additionalProperty'] ?? '')}`,
        message: 'is not a known field',
      };
    case 'x-unique-by':
      return { pointer, message: `must not name the same ${String(error.schema)} twice` };
    case 'x-bytes':
      return { pointer, message: 'must be bytes of the right length' };
    case 'propertyNames':
      return { pointer, message: 'has a name that is not allowed' };
    default:
      return { pointer, message: error.message ?? 'is not valid' };
  }
};

type Validate = (streamType: string, commandType: string, data: unknown) => readonly Violation[];

/** Validators are compiled when a command type is first seen: 10 ms each, once. */
const validator = (schemaOf: (stream: string, type: string) => object | undefined): Validate => {
  const ajv = newAjv();
  const compiled = new Map<object, ValidateFunction>();
  return (stream, type, data) => {
    const schema = schemaOf(stream, type);
    if (!schema) return [{ pointer: '', message: 'is no known command of this stream type' }];
    const found = checkInput(data);
    if (found.length > 0) return found;
    let validate = compiled.get(schema);
    if (!validate) compiled.set(schema, (validate = ajv.compile(schema)));
    if (validate(data)) return [];
    return (validate.errors ?? []).slice(0, MOST_VIOLATIONS).map(violationOf);
  };
};

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const edgeSchema = (stream: string, type: string): object | undefined => {
  const ofStream = own(edgeCommandSchemas, stream);
  return ofStream && own(ofStream, type);
};

const sealedSchema = (stream: string, type: string): object | undefined => {
  const ofStream = own(sealedCommandSchemas, stream);
  return (ofStream && own(ofStream, type)) ?? edgeSchema(stream, type);
};

/**
 * Checks a command as a caller wrote it, personal data in clear, and fills in defaults.
 * Empty: nothing is wrong. At most 20 violations, none of which quotes a value.
 */
export const validateEdge: Validate = validator(edgeSchema);

const checkSealed: Validate = validator(sealedSchema);

/** On data that the edge of this process has checked: checking it twice is a tenth of what deciding it costs. */
const CHECKED = Symbol('checked');

/** Says that this very object passed the edge's check; it must not be changed any more. */
export const markChecked = (data: object): void => {
  (data as { [CHECKED]?: true })[CHECKED] = true;
};

/** Checks a command as the engine takes it, personal data sealed, and fills in defaults. */
export const validateSealed: Validate = (streamType, commandType, data) =>
  typeof data === 'object' && data !== null && CHECKED in data
    ? []
    : checkSealed(streamType, commandType, data);
