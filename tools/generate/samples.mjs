// One poor and one rich example of every record, the same on every machine: what golden streams are made of.

const TEXTS = [
  'retail',
  'EUR',
  'DE',
  'tracked',
  'SKU-1',
  'line-1',
  '0123456789abcdef',
  'ab'.repeat(32),
  'ShipLines',
  'retail@1#0123456789abcdef',
  'asleep',
  'Größe 1, 東京 📦',
];

const fits = (text, { pattern, minLength = 0, maxLength = Infinity }) =>
  text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern, 'u').test(text));

function textOf(bounds, rich) {
  const candidates = rich ? TEXTS.toReversed() : ['', ...TEXTS];
  const found = candidates.find((text) => fits(text, bounds));
  if (found === undefined)
    throw new Error(`no sample text fits ${JSON.stringify(bounds)}; add one to samples.mjs`);
  return found;
}

const numberOf = ({ min, max }, rich, largest) =>
  rich ? Math.min(max ?? largest, largest) : Math.max(min ?? 0, 0);

function valueOf(model, type, bounds, rich) {
  switch (type.kind) {
    case 'boolean':
      return rich;
    case 'int':
      return numberOf(bounds, rich, 2 ** 31 - 1);
    case 'long':
      return numberOf(bounds, rich, Number.MAX_SAFE_INTEGER - 1);
    case 'string':
      return textOf(bounds, rich);
    case 'bytes':
      return Buffer.alloc(bounds.minLength ?? (rich ? 12 : 0), 0xa5);
    case 'array': {
      const length = Math.max(bounds.minItems ?? 0, rich ? 2 : 0);
      return Array.from({ length }, () => valueOf(model, type.items, bounds, rich));
    }
    case 'map':
      return rich ? { placed: valueOf(model, type.values, bounds, rich) } : {};
    default:
      return sampleOf(model, model.records.get(type.record), rich);
  }
}

/** Data of one record. Poor: null and empty wherever it may be. Rich: everything filled, numbers at their limits. */
export const sampleOf = (model, record, rich) =>
  Object.fromEntries(
    record.fields.map((field) => [
      field.name,
      field.nullable && !rich ? null : valueOf(model, field.type, field.bounds, rich),
    ]),
  );
