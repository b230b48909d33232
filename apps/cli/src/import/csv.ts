/**
 * The fields of one line of CSV (RFC 4180, no line breaks inside fields). `undefined`: a quote is not closed, or
 * something stands behind a closed one. O(length).
 */
export const csvFields = (line: string): readonly string[] | undefined => {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = line[at] === '"' ? quotedField(line, at) : bareField(line, at);
    if (!field) return undefined;
    fields.push(field.text);
    if (field.end === line.length) return fields;
    if (line[field.end] !== ',') return undefined;
    at = field.end + 1;
  }
};

type Field = { readonly text: string; readonly end: number };

const bareField = (line: string, start: number): Field | undefined => {
  const comma = line.indexOf(',', start);
  const end = comma < 0 ? line.length : comma;
  const text = line.slice(start, end);
  return text.includes('"') ? undefined : { text, end };
};

const quotedField = (line: string, start: number): Field | undefined => {
  let text = '';
  for (let at = start + 1; ;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return undefined;
    text += line.slice(at, quote);
    if (line[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    at = quote + 2;
  }
};
