import type { JsonSchema } from '@orderloom/http';

/** One way to break a schema: what was done, where (JSON pointer), and the data that came of it. */
export type Broken = { readonly how: string; readonly pointer: string; readonly data: unknown };

type Node = {
  readonly type: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-unique-by'?: string;
};

/** Texts that between them fit every pattern; whatever is broken on purpose says `Planted`. */
const TEXTS = [
  'planted',
  'EUR',
  'GB',
  'tracked',
  'deposit',
  'placing',
  'wait',
  'pass',
  'paid',
  'callback',
  'buyer',
  'missing-here',
  'difference-1',
  'change-1',
  '2026-11-27',
  'whole',
  'cvevdag0000000000001y.2',
  'planted@1',
  'asleep',
  'ab'.repeat(32),
  '0123456789abcdef',
  'Planted',
  'failed',
  'https://planted.example/',
];

const typesOf = ({ type }: Node): readonly string[] => (typeof type === 'string' ? [type] : type);
const kindOf = (node: Node): string => typesOf(node).find((type) => type !== 'null') ?? 'null';

const textFor = ({ pattern, minLength = 0, maxLength = Infinity }: Node): string => {
  const fits = (text: string): boolean =>
    text.length >= minLength &&
    text.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text));
  const found = TEXTS.find(fits);
  if (found === undefined) throw new Error(`no text fits ${pattern ?? 'the length'}; add one to TEXTS`);
  return found;
};

const uniqueTexts = (node: Node, count: number): unknown[] => {
  const key = node['x-unique-by'];
  return Array.from({ length: count }, (_, index) => {
    const item = node.items === undefined ? null : sampleOf(node.items);
    return key === undefined ? item : { ...(item as object), [key]: `planted-${index}` };
  });
};

/** Data that fits a schema of ours, everything filled in. Not more than that: rules of the domain may refuse it. */
const sampleOf = (node: Node): unknown => {
  switch (kindOf(node)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(node.properties ?? {}).map(([name, inner]) => [name, sampleOf(inner)]),
      );
    case 'array':
      return uniqueTexts(node, Math.max(1, node.minItems ?? 0));
    case 'integer':
      return Math.max(1, node.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return textFor(node);
  }
};

const OF_EVERY_TYPE: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  integer: 1,
  string: 'Planted',
  object: { planted: 'Planted' },
  array: ['Planted'],
};

const wrongTypes = (node: Node): [string, unknown][] =>
  Object.entries(OF_EVERY_TYPE)
    .filter(([type]) => !typesOf(node).includes(type))
    .map(([type, value]) => [`is of type ${type}`, value]);

const wrongNumbers = ({ minimum, maximum }: Node): [string, unknown][] => [
  ['is a fraction', 1.5],
  ['is beyond 2^53', 2 ** 53],
  ['is endless', Number.MAX_VALUE],
  ...(minimum === undefined ? [] : [['is too small', minimum - 1] satisfies [string, unknown]]),
  ...(maximum === undefined ? [] : [['is too large', maximum + 1] satisfies [string, unknown]]),
];

const wrongTexts = (node: Node): [string, unknown][] => [
  ...(node.minLength === undefined ? [] : [['is too short', ''] satisfies [string, unknown]]),
  ...(node.maxLength === undefined
    ? []
    : [['is too long', 'Planted'.padEnd(node.maxLength + 1, 'x')] satisfies [string, unknown]]),
  ...(node.pattern === undefined
    ? []
    : [['breaks its pattern', '\u0007Planted'] satisfies [string, unknown]]),
];

const wrongLists = (node: Node): [string, unknown][] => {
  const [one] = uniqueTexts(node, 1);
  return [
    ...((node.minItems ?? 0) > 0 ? [['is empty', []] satisfies [string, unknown]] : []),
    ...(node.maxItems === undefined
      ? []
      : [['has too many', uniqueTexts(node, node.maxItems + 1)] satisfies [string, unknown]]),
    ...(node['x-unique-by'] === undefined ? [] : [['has one twice', [one, one]] satisfies [string, unknown]]),
  ];
};

const wrongValues = (node: Node): [string, unknown][] => {
  switch (kindOf(node)) {
    case 'integer':
      return wrongNumbers(node);
    case 'string':
      return wrongTexts(node);
    case 'array':
      return wrongLists(node);
    default:
      return [];
  }
};

const without = (data: object, name: string): object =>
  Object.fromEntries(Object.entries(data).filter(([other]) => other !== name));

const brokenObjects = (node: Node, pointer: string): Broken[] => {
  const whole = sampleOf(node) as Record<string, unknown>;
  const missing = (node.required ?? []).map((name): Broken => {
    return { how: 'is missing', pointer: `${pointer}/${name}`, data: without(whole, name) };
  });
  const unknown =
    node.additionalProperties === false
      ? [{ how: 'is unknown', pointer: `${pointer}/planted`, data: { ...whole, planted: 'Planted' } }]
      : [];
  const inside = Object.entries(node.properties ?? {}).flatMap(([name, inner]) =>
    broken(inner, `${pointer}/${name}`).map((one) => ({ ...one, data: { ...whole, [name]: one.data } })),
  );
  const named =
    typeof node.additionalProperties === 'object'
      ? broken(node.additionalProperties, `${pointer}/planted`).map((one) => ({
          ...one,
          data: { planted: one.data },
        }))
      : [];
  return [...missing, ...unknown, ...inside, ...named];
};

const broken = (node: Node, pointer: string): Broken[] => {
  const here = [...wrongTypes(node), ...wrongValues(node)].map(([how, data]): Broken => ({
    how,
    pointer,
    data,
  }));
  if (kindOf(node) === 'object') return [...here, ...brokenObjects(node, pointer)];
  if (node.items === undefined) return here;
  const inside = broken(node.items, `${pointer}/0`).map((one) => ({ ...one, data: [one.data] }));
  return [...here, ...inside];
};

/** Data that fits the schema of a command. */
export const soundData = (schema: JsonSchema): object => sampleOf(schema as Node) as object;

/** Data that breaks it, one way at a time: each field missing, each type wrong, each bound broken. */
export const brokenData = (schema: JsonSchema): readonly Broken[] => broken(schema as Node, '');
