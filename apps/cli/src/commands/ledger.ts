import type { Command } from 'commander';
import type { Json } from '../connection/api.ts';
import { columns, tinted } from '../terminal.ts';
import { asking, get } from './asking.ts';
import { type CommonOptions, engineCommand, groupCommand } from './options.ts';

type LedgerOptions = CommonOptions & { readonly merchant?: string; readonly limit?: string };
type Balances = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Posting = { readonly account: string; readonly amount: number };

const pathOf = (path: string, said: LedgerOptions): string => {
  const query = new URLSearchParams();
  for (const name of ['merchant', 'limit'] as const) {
    const value = said[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
};

const balanceLines = ({ balances }: Json): readonly string[] => {
  const byCurrency = Object.entries(balances as Balances);
  if (byCurrency.length === 0) return ['Nothing is posted.'];
  return byCurrency.flatMap(([currency, accounts]) => [
    tinted('bold', currency),
    ...columns(Object.entries(accounts).map(([account, amount]) => [`  ${account}`, amount])),
  ]);
};

const postingText = ({ account, amount }: Posting): string => `${account} ${amount > 0 ? '+' : ''}${amount}`;

const entryLines = ({ entries, next }: Json): readonly string[] => {
  const found = entries as readonly Json[];
  if (found.length === 0) return ['Nothing is posted.'];
  const rows = found.map(({ orderId, version, at, type, currency, postings }) => [
    ...[`${String(orderId)}.${String(version)}`, String(at), String(type)],
    `${(postings as readonly Posting[]).map(postingText).join(', ')} ${String(currency)}`,
  ]);
  return [...columns(rows), ...(next === null ? [] : ['there are older orders: say --limit'])];
};

const balances = (options: LedgerOptions): Promise<void> =>
  asking(options, (api) => get(api, pathOf('/v1/ledger', options)), balanceLines);

const entries = (options: LedgerOptions): Promise<void> =>
  asking(options, (api) => get(api, pathOf('/v1/ledger/entries', options)), entryLines);

/** `orderloom ledger`. */
export const ledgerCommand = (): Command => {
  const ledger = groupCommand({
    usage: 'ledger',
    summary: 'What orders mean in the books, in minor units; debit is positive',
    examples: ['ledger balances --merchant m-1', 'ledger entries --merchant m-1 --limit 5'],
  });
  ledger.addCommand(
    engineCommand({
      usage: 'balances',
      summary: 'What each account has, by currency',
      examples: ['ledger balances', 'ledger balances --merchant m-1 --json'],
    })
      .option('--merchant <id>', 'of this merchant; of all unless said')
      .action(balances),
  );
  ledger.addCommand(
    engineCommand({
      usage: 'entries',
      summary: 'What each event has posted, order by order, the newest order first',
      examples: ['ledger entries --merchant m-1 --limit 5'],
    })
      .option('--merchant <id>', 'of this merchant; of all unless said')
      .option('--limit <orders>', 'of how many orders: 20 unless said, 200 at most')
      .action(entries),
  );
  return ledger;
};
