import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { reconcile, type Held } from '@orderloom/client';
import { usageError } from '../cli-error.ts';
import type { Json } from '../connection/api.ts';
import { patient } from '../connection/patient.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { booksOverHttp } from '../reconcile/books-over-http.ts';
import { readStatement } from '../reconcile/read-statement.ts';
import { columns } from '../terminal.ts';
import { asking, get } from './asking.ts';
import { readInput, unusableFile } from './input-file.ts';
import { type CommonOptions, engineCommand, surroundingsOf } from './options.ts';

type Difference = Held['differences'][number];
type Options = CommonOptions & { readonly provider: string; readonly day: string };
type ListOptions = CommonOptions & { readonly status?: string; readonly provider?: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const dayOf = (text: string): string => {
  if (DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))) return text;
  throw usageError(`${text} is no day`, 'write it like --day 2026-11-27');
};

const sideText = (amount: number | null, currency: string | null): string =>
  amount === null ? '-' : `${String(amount)} ${String(currency)}`;

const differenceCells = (one: Difference): readonly string[] => [
  ...[`  ${one.differenceId}`, one.kind, one.moved, one.paymentId],
  ...[`theirs ${sideText(one.theirs, one.theirCurrency)}`, `ours ${sideText(one.ours, one.ourCurrency)}`],
  ...[one.orderId ?? '-', one.resolved?.how ?? 'open'],
];

const heldLines = (title: string, { status, matched, differences }: Held): readonly string[] => [
  `${status}: ${matched} the same, ${differences.length} different (${title})`,
  ...columns(differences.map(differenceCells)),
];

const hold = async (file: string, options: Options): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const { provider } = options;
  const day = dayOf(options.day);
  const bytes = readInput(file);
  const { movements, problems } = readStatement(bytes, day);
  if (problems.length > 0) throw unusableFile(file, 'reconciled', problems);
  const source = createHash('sha256').update(bytes).digest('hex');
  const held = await withEngine({ ...reach, creates: false }, (api) =>
    reconcile(booksOverHttp(patient(api)), { provider, day, source, movements }),
  );
  const { status, matched, differences } = held;
  terminal.result({ provider, day, status, matched, differences }, () =>
    heldLines(`${day}.${provider}`, held),
  );
};

/** `orderloom reconcile`. */
export const reconcileCommand = (): Command =>
  engineCommand({
    usage: 'reconcile <file>',
    summary: "Hold a provider's statement about a day against the orders, and record what differs",
    examples: ['reconcile acme.csv --provider acme --day 2026-11-27'],
  })
    .requiredOption('--provider <name>', 'whose statement it is, as payments name it')
    .requiredOption('--day <day>', 'the day that it is about, UTC')
    .action(hold);

const heldIn = (body: Json): Held => ({
  ...(body as unknown as Held),
  status: (body['status'] as Pick<Held, 'status'>).status,
});

const list = async ({ status, provider, ...options }: ListOptions): Promise<void> => {
  const query = new URLSearchParams({
    ...(status !== undefined && { status }),
    ...(provider !== undefined && { provider }),
  });
  await asking(
    options,
    (api) => get(api, `/v1/reconciliations${query.size === 0 ? '' : `?${query.toString()}`}`),
    (body) => {
      const found = body['reconciliations'] as readonly Json[];
      if (found.length === 0) return ['No statement is there.'];
      return found.flatMap((one) => heldLines(String(one['reconciliationId']), heldIn(one)));
    },
  );
};

/** `orderloom reconciliations`. */
export const reconciliationsCommand = (): Command =>
  engineCommand({
    usage: 'reconciliations',
    summary: 'List statements that were held against the orders, and what they differ in',
    examples: ['reconciliations --status open', 'reconciliations --provider acme --json'],
  })
    .option('--status <status>', 'running, open (differences wait for somebody) or settled')
    .option('--provider <name>', 'of this provider')
    .action(list);
