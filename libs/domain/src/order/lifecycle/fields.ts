/** What a field of one's own may hold. On the wire and in the log it is a text; `type` says which texts. */
export type FieldRule = {
  /** `number`: a decimal one. `flag`: `true` or `false`. `date`: a day of the calendar, `2026-11-27`. */
  readonly type: 'text' | 'number' | 'flag' | 'date';
  /** An order without it is refused. */
  readonly required?: boolean;
  /** Of a text, in characters; 256 unless said, and at most. */
  readonly maxLength?: number;
  /** Of a text: it must be one of these. */
  readonly oneOf?: readonly string[];
  /** Of a number. */
  readonly min?: number;
  readonly max?: number;
};

export type FieldRules = Readonly<Record<string, FieldRule>>;

/** Fields of an order: name -> text. */
export type Fields = Readonly<Record<string, string>>;

const NAME = /^[a-z][A-Za-z0-9]{0,39}$/;
const MOST_FIELDS = 20;
const LONGEST = 256;
const TYPES = ['text', 'number', 'flag', 'date'];
/** Which bounds say something of which type. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  text: ['maxLength', 'oneOf'],
  number: ['min', 'max'],
  flag: [],
  date: [],
};

const faultsOfRule = (name: string, rule: FieldRule): readonly string[] => {
  const at = `field ${name}`;
  if (!NAME.test(name)) return [`${at} is no name: a small letter, then letters and digits, 40 at most`];
  const bounds = BOUNDS[rule.type];
  if (bounds === undefined) return [`${at} is of type ${rule.type}; there are ${TYPES.join(', ')}`];
  const unknown = Object.keys(rule).filter((key) => !['type', 'required', ...bounds].includes(key));
  const { maxLength = LONGEST, oneOf, min = -Infinity, max = Infinity } = rule;
  return [
    ...unknown.map((key) => `${at} of type ${rule.type} has ${key}, which says nothing of it`),
    ...(maxLength >= 1 && maxLength <= LONGEST
      ? []
      : [`${at} is ${maxLength} long; 1 to ${LONGEST} it may be`]),
    ...(oneOf?.length === 0 ? [`${at} is one of nothing`] : []),
    ...(min <= max ? [] : [`${at} has no number from ${min} to ${max}`]),
  ];
};

/** What makes the declarations useless. Empty: nothing. */
export const faultsOfFields = (rules: FieldRules): readonly string[] => {
  const names = Object.keys(rules);
  return names.length > MOST_FIELDS
    ? [`there are ${names.length} fields; ${MOST_FIELDS} it may be`]
    : names.flatMap((name) => faultsOfRule(name, rules[name] as FieldRule));
};

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

const isDay = (text: string): boolean => {
  const ms = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};

const boundsText = ({ min, max }: FieldRule): string =>
  [...(min === undefined ? [] : [`from ${min}`]), ...(max === undefined ? [] : [`up to ${max}`])].join(' ');

const isWithin = (text: string, { min = -Infinity, max = Infinity }: FieldRule): boolean =>
  NUMBER.test(text) && Number(text) >= min && Number(text) <= max;

const isText = (text: string, { maxLength = LONGEST, oneOf }: FieldRule): boolean =>
  // Without control characters: what is shown in lists and in logs breaks none of their lines.
  // eslint-disable-next-line no-control-regex
  text.length <= maxLength && !/[\u0000-\u001f\u007f]/.test(text) && (oneOf?.includes(text) ?? true);

/** What a text must be to be a value of the field, in words; `undefined`: it is one. */
export const wrongValue = (text: string, rule: FieldRule): string | undefined => {
  switch (rule.type) {
    case 'number':
      return isWithin(text, rule) ? undefined : `must be a decimal number ${boundsText(rule)}`.trimEnd();
    case 'flag':
      return text === 'true' || text === 'false' ? undefined : 'must be true or false';
    case 'date':
      return isDay(text) ? undefined : 'must be a day, as 2026-11-27';
    case 'text':
      if (isText(text, rule)) return undefined;
      return rule.oneOf === undefined
        ? `must be a text of at most ${rule.maxLength ?? LONGEST} characters`
        : `must be one of ${rule.oneOf.join(', ')}`;
  }
};
