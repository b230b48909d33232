// Reference pages: every command and every event with its fields.
import { cloudEventsType } from './avro.mjs';

const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;

const simpleName = (fullName) => fullName.split('.').at(-1);

function typeName(type) {
  if (type.kind === 'array') return `list of ${typeName(type.items)}`;
  if (type.kind === 'map') return `map of ${typeName(type.values)}`;
  return type.kind === 'record' ? simpleName(type.record) : type.kind;
}

function boundsText({ min, max, pattern, minLength, maxLength, minItems, maxItems, uniqueBy }) {
  const range = (from, to, what) => {
    if (from === undefined && to === undefined) return [];
    if (from === to) return [`${what}${from}`];
    return [`${what}${from ?? ''} … ${to ?? ''}`.replace('  …', ' …').trim()];
  };
  return [
    ...range(min, max === Number.MAX_SAFE_INTEGER ? '2^53-2' : max, ''),
    ...range(minLength, maxLength, 'length '),
    ...range(minItems, maxItems, 'items '),
    ...(pattern === undefined ? [] : [code(pattern)]),
    ...(uniqueBy === undefined ? [] : [`unique by ${uniqueBy}`]),
  ].join(', ');
}

function fieldTable(record) {
  if (record.fields.length === 0) return 'No fields.\n';
  const rows = record.fields.map((field) => {
    const type = `${field.personal ? 'personal, sealed: ' : ''}${typeName(field.type)}${field.nullable ? ' or null' : ''}`;
    const standard = field.hasDefault ? code(JSON.stringify(field.default)) : '';
    return `| ${field.name} | ${type} | ${boundsText(field.bounds)} | ${standard} | ${cell(field.doc)} |`;
  });
  return [
    '| field | type | bounds | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const section = (level, record, extra = '') =>
  `${'#'.repeat(level)} ${record.name}\n\n${record.doc}${extra}\n\n${fieldTable(record)}`;

/** Shapes that the page's messages use, each once. */
function shapes(model, records) {
  const found = new Set();
  const visit = (record) => {
    for (const { type } of record.fields) {
      const inner = type.kind === 'array' ? type.items : type;
      if (inner.kind !== 'record' || found.has(inner.record)) continue;
      found.add(inner.record);
      visit(model.records.get(inner.record));
    }
  };
  records.forEach(visit);
  return [...found].sort().map((name) => section(3, model.records.get(name)));
}

function page(model, kind, { title, lead, extra }) {
  const parts = [`# ${title}`, lead];
  for (const stream of model.streams) {
    if (stream[kind].length === 0) continue;
    parts.push(
      `## ${stream.name}`,
      ...stream[kind].map((record) => section(3, record, extra(stream, record))),
    );
  }
  const inner = shapes(
    model,
    model.streams.flatMap((stream) => stream[kind]),
  );
  if (inner.length > 0) parts.push('## Shapes inside', ...inner);
  return parts.join('\n\n');
}

export const commandsPage = (model) =>
  page(model, 'commands', {
    title: 'Commands',
    lead:
      'Every command by stream type, with the bounds that the edge checks. A field with a default may be left out. ' +
      'Personal data is written in clear by the caller and sealed before the command enters any log.',
    extra: () => '',
  });

export const eventsPage = (model) =>
  page(model, 'events', {
    title: 'Events',
    lead: 'Every event by stream type. Under each name stands its CloudEvents `type`. Over HTTP, bytes are base64.',
    extra: (stream, record) => `\n\n\`${cloudEventsType(stream, record.name)}\``,
  });
