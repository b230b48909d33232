import type { Projection, RecordedEvent } from '@orderloom/decider';
import { commandRequest, jsonCodec, Processor, type StoredGroup } from '@orderloom/engine';
import { bank } from './bank.ts';

export type BankHistory = {
  /** As a log keeps them, in `jsonCodec`'s bytes. */
  readonly groups: readonly StoredGroup[];
  /** Keys of the accounts, in the order in which they were opened. */
  readonly accounts: readonly string[];
};

/** What happened in a bank: deposits in turns; every fourth account rests after a quarter of them. */
export const bankHistory = (size: { readonly accounts: number; readonly deposits: number }): BankHistory => {
  const processor = new Processor({ registry: bank(), codec: jsonCodec() });
  const groups: StoredGroup[] = [];
  const say = (type: string, key: string, name: string, data: object): string => {
    processor.begin(1000 + groups.length);
    const stream = { tenant: 'main', type, key };
    const commandId = `c-${String(groups.length)}`;
    const result = processor.decide(commandRequest({ stream, type: name, data, commandId }));
    const group = processor.group();
    if (group === undefined || group.count === 0) throw new Error(`${name} was refused`);
    const { first, count, frames } = group;
    groups.push({ first, count, frames: Uint8Array.from(frames) });
    processor.commit();
    return result?.stream.key ?? '';
  };
  say('world', 'main', 'CreateWorld', {});
  const accounts = Array.from({ length: size.accounts }, (_, at) =>
    say('account', '', 'OpenAccount', { owner: `owner-${String(at)}`, closeAfter: null }),
  );
  for (let round = 1; round <= size.deposits; round++)
    for (const [at, key] of accounts.entries())
      if (at % 4 > 0 || round * 4 <= size.deposits)
        say('account', key, 'Deposit', { amount: 2 * round, from: null });
  return { groups, accounts };
};

export type AccountDocument = {
  readonly owner: string;
  readonly balance: number;
  readonly events: number;
  readonly key: string;
};

const balanceAfter = (balance: number, { type, data }: RecordedEvent): number =>
  type === 'Deposited' ? balance + (data as { readonly amount: number }).amount : balance;

/** Accounts by owner, and whether they hold anything. */
export const accountView: Projection<AccountDocument> = {
  name: 'account',
  foldId: 'account-view-1',
  streamType: 'account',
  fold: (document, event) => ({
    owner: document?.owner ?? (event.data as { readonly owner: string }).owner,
    balance: balanceAfter(document?.balance ?? 0, event),
    events: (document?.events ?? 0) + 1,
    key: event.stream.key,
  }),
  lists: ({ owner, balance }) => ['all:', `owner:${owner}`, balance === 0 ? 'empty:' : 'filled:'],
  sortKey: ({ key }) => key,
};
