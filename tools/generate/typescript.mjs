// TypeScript types of the messages, one file for each stream and one for schemas/types.
import { pascal, TYPES } from './schema-model.mjs';

const doc = (text, indent = '') => `${indent}/** ${text.replaceAll('*/', '* /')} */\n`;
const SIMPLE = { boolean: 'boolean', int: 'number', long: 'number', string: 'string', bytes: 'Uint8Array' };

function typeOf(type, names) {
  if (type.kind === 'array') return `readonly ${bracketed(typeOf(type.items, names))}[]`;
  if (type.kind === 'map') return `Readonly<Record<string, ${typeOf(type.values, names)}>>`;
  if (type.kind === 'record') return names(type.record);
  return SIMPLE[type.kind];
}
const bracketed = (text) => (text.includes(' ') ? `(${text})` : text);

const fieldLine = (field, names) =>
  `${doc(field.doc, '  ')}  readonly ${field.name}: ${field.nullable ? 'null | ' : ''}${typeOf(field.type, names)};\n`;

const recordType = (record, name, names) =>
  `${doc(record.doc)}export type ${name} = ` +
  (record.fields.length === 0
    ? 'Readonly<Record<never, never>>;\n'
    : `{\n${record.fields.map((field) => fieldLine(field, names)).join('')}};\n`);

/** The file of one stream: `<Record>Data`, `<Record>`, and the unions `<Stream>Command` and `<Stream>Event`. */
export function streamFile(model, stream) {
  const imported = new Set();
  const names = (fullName) => {
    const record = model.records.get(fullName);
    if (record.namespace === TYPES) imported.add(record.name);
    return record.name;
  };
  const messages = new Set([...stream.events, ...stream.commands]);
  const inner = [...model.records.values()].filter(
    (record) => record.namespace === stream.namespace && !messages.has(record),
  );
  const kinds = [
    ['Command', stream.commands],
    ['Event', stream.events],
  ].filter(([, records]) => records.length > 0);
  const parts = inner.map((record) => recordType(record, record.name, names));
  for (const [kind, records] of kinds) {
    for (const record of records)
      parts.push(
        recordType(record, `${record.name}Data`, names),
        `export type ${record.name} = ${kind}<'${record.name}', ${record.name}Data>;\n`,
      );
    const union = records.map(({ name }) => `| ${name}`).join('\n  ');
    parts.push(`export type ${pascal(stream.name)}${kind} =\n  ${union};\n`);
  }
  const decider = kinds.map(([kind]) => kind).join(', ');
  const imports = [
    `import type { ${decider} } from '@orderloom/decider';\n`,
    imported.size > 0 ? `import type { ${[...imported].sort().join(', ')} } from './types.ts';\n` : '',
  ];
  return [imports.join(''), ...parts].join('\n');
}

/** The file of the types that several messages use. */
export const typesFile = (model) =>
  [...model.records.values()]
    .filter((record) => record.namespace === TYPES)
    .map((record) => recordType(record, record.name, (fullName) => model.records.get(fullName).name))
    .join('\n');
