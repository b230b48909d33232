import { isCurrency, type Movement } from '@orderloom/domain';
import { csvFields } from '../import/csv.ts';
import type { FileProblem } from '../import/mapping.ts';
import { textLines } from '../import/text-file.ts';

/** The columns of a statement, in any order. */
const COLUMNS = ['payment_id', 'kind', 'amount', 'currency', 'time'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$/;
const AMOUNT = /^[1-9]\d{0,15}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

type Fault = readonly [code: string, reason: string, remedy: string];

/** A provider may count its day by another clock than UTC; nothing is told of another week. */
const isAbout = (day: string, time: number): boolean =>
  Math.abs(time - Date.parse(`${day}T12:00:00Z`)) <= 2 * DAY_MS;

const faultOf = (row: Row, day: string): Fault | undefined => {
  const { payment_id: id, kind, amount, currency, time } = row;
  const at = TIME.test(time) ? Date.parse(time) : NaN;
  if (!ID.test(id))
    return ['bad-payment-id', `${id || 'nothing'} is no payment id`, 'name the payment as orders do'];
  if (kind !== 'paid' && kind !== 'refunded')
    return ['bad-kind', `${kind || 'nothing'} is no kind`, 'write paid or refunded'];
  if (!AMOUNT.test(amount) || !Number.isSafeInteger(Number(amount)))
    return ['bad-amount', `${amount || 'nothing'} is no amount`, 'write whole minor units: 1250 for 12.50'];
  if (!isCurrency(currency))
    return ['bad-currency', `${currency || 'nothing'} is no currency`, 'write its ISO 4217 code: EUR'];
  if (Number.isNaN(at))
    return ['bad-time', `${time || 'nothing'} is no instant`, 'write it with its zone: 2026-11-27T09:30:00Z'];
  return isAbout(day, at)
    ? undefined
    : ['other-day', `${time} is not about ${day}`, 'say the day of the statement with --day'];
};

export type ReadStatement = {
  readonly movements: readonly Movement[];
  readonly problems: readonly FileProblem[];
};

const unusable = (line: number, [code, reason, remedy]: Fault): ReadStatement => ({
  movements: [],
  problems: [{ line, rowId: null, code, reason, remedy }],
});

/** Reads a provider's statement about a day: CSV with a header. Every problem is told; with one of them nothing is used. */
export const readStatement = (file: Uint8Array, day: string): ReadStatement => {
  const { lines, problems: unreadable } = textLines(file);
  if (unreadable.length > 0) return { movements: [], problems: unreadable };
  const [header, ...rows] = lines;
  const names = csvFields(header?.text ?? '') ?? [];
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0)
    return unusable(1, [
      ...(['bad-header', `the header has no ${missing.join(', ')}`] as const),
      `name the columns ${COLUMNS.join(',')}`,
    ]);
  const movements: Movement[] = [];
  const problems: FileProblem[] = [];
  for (const { number: line, text } of rows) {
    const fields = csvFields(text);
    const row = Object.fromEntries(COLUMNS.map((name) => [name, fields?.[names.indexOf(name)] ?? ''])) as Row;
    const isWhole = fields?.length === names.length;
    const fault: Fault | undefined = isWhole
      ? faultOf(row, day)
      : [
          'bad-row',
          `the row has not ${names.length} fields`,
          'export the file again, with commas between fields',
        ];
    if (fault) {
      const [code, reason, remedy] = fault;
      problems.push({ line, rowId: row.payment_id || null, code, reason, remedy });
    } else
      movements.push({
        ...{ moved: row.kind as Movement['moved'], paymentId: row.payment_id },
        ...{ amount: Number(row.amount), currency: row.currency },
      });
  }
  return problems.length > 0 ? { movements: [], problems } : { movements, problems };
};
