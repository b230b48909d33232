import type { Projection } from '@orderloom/decider';
import { memoryEngine, type MemoryEngineParts } from '../memory-engine.ts';
import { bank, type Account } from './bank.ts';

/** The bank opens. */
export const BANK_START = Date.UTC(2026, 0, 1);

const balances: Projection<{ balance: number; owner: string }> = {
  name: 'balance',
  foldId: 'balance-1',
  streamType: 'account',
  fold: (document, event) => {
    const data = event.data as { owner?: string; amount?: number };
    if (event.type === 'AccountOpened') return { balance: 0, owner: data.owner ?? '' };
    if (document === undefined || event.type === 'AccountClosed') return undefined;
    const sign = event.type === 'TransferSent' ? -1 : 1;
    return { ...document, balance: document.balance + sign * (data.amount ?? 0) };
  },
  lists: (document) => ['all:', `owner:${document.owner}`],
  sortKey: (document) => document.owner,
};

/** The bank on memory adapters and a virtual clock, open for business. */
export const bankEngine = async (parts: MemoryEngineParts = {}) => {
  const domain = { registry: bank(), projections: [balances as Projection], opensAt: BANK_START };
  const { engine, clock, disk, log, send } = await memoryEngine(domain, parts);
  if (log.head() === 0) await send('world', 'main', 'CreateWorld', {}, 'world');
  const open = async (owner: string, closeAfter: number | null = null): Promise<string> =>
    (await send('account', '', 'OpenAccount', { owner, closeAfter }, `open ${owner}`)).stream.key;
  const stateOf = async (key: string): Promise<Account | undefined> =>
    (await engine.stateOf({ tenant: 'main', type: 'account', key }))?.state as Account | undefined;
  return { engine, clock, disk, log, send, open, stateOf };
};
