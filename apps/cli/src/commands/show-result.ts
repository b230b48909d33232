import type { Json } from '../connection/api.ts';
import { columns, tinted } from '../terminal.ts';

type Status = Readonly<Record<string, string>>;

/** `payment awaiting, fulfilment open`. */
export const statusText = (status: unknown): string =>
  typeof status !== 'object' || status === null
    ? 'none'
    : Object.entries(status as Status)
        .map(([region, value]) => (region === 'status' ? value : `${region} ${value}`))
        .join(', ');

/** `2498 EUR`: an order's total in minor units. */
export const moneyText = ({ total, currency }: Json): string => `${String(total)} ${String(currency)}`;

const nameOf = ({ orderId, key }: Json): string =>
  typeof orderId === 'string' ? orderId : typeof key === 'string' ? key : '';

/** What a command did, for people. */
export const commandLines = (body: Json): readonly string[] => [
  `${tinted('bold', nameOf(body))} ${String(body['result'])}, version ${String(body['version'])}`,
  `  ${statusText(body['status'])}`,
];

const isPlain = (value: unknown): boolean =>
  value === null || typeof value !== 'object' || (Array.isArray(value) && value.length === 0);

const cellOf = (value: unknown): string => {
  if (value === null) return '-';
  if (Array.isArray(value) && value.length === 0) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Any document as indented lines: plain members beside their names, the others below theirs. */
export const documentLines = (value: object, indent = ''): readonly string[] => {
  const entries = Object.entries(value) as readonly (readonly [string, unknown])[];
  const plain = columns(
    entries.filter(([, inner]) => isPlain(inner)).map(([name, inner]) => [`${indent}${name}`, cellOf(inner)]),
  );
  const nested = entries.flatMap(([name, inner]) => {
    if (isPlain(inner)) return [];
    if (Array.isArray(inner))
      return [`${indent}${name}`, ...inner.map((item) => `${indent}  ${itemText(item)}`)];
    return [`${indent}${name}`, ...documentLines(inner as object, `${indent}  `)];
  });
  return [...plain, ...nested];
};

/** One entry of a list on one line; nothing that is null is worth its room. */
const itemText = (item: unknown): string => {
  if (typeof item !== 'object' || item === null) return cellOf(item);
  return Object.entries(item)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${cellOf(value)}`)
    .join(', ');
};

/** An event in one line of a history: version, instant, type, what it says. */
export const eventCells = (event: Json): readonly string[] => [
  String(event['version']),
  String(event['recordedAt']),
  String(event['type']),
  itemText(event['data']),
];
