import type { Projection } from '@orderloom/decider';
import {
  allMechanisms,
  commandRequest,
  createEngine,
  createProjector,
  inProcessViews,
  jsonCodec,
  memoryDisk,
  memoryEventLog,
  memoryViewStore,
  type EngineOptions,
  type MemoryDisk,
  type Mechanisms,
  type SnapshotStore,
  type ViewReader,
} from '@orderloom/engine';
import { virtualClock } from '../virtual-clock.ts';
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

export type BankParts = Pick<EngineOptions, 'statesInMemory' | 'statesAsObjects'> & {
  readonly disk?: MemoryDisk;
  readonly mechanisms?: Partial<Mechanisms>;
  readonly beforeAppend?: () => void;
  readonly snapshots?: SnapshotStore;
  /** Stands between the engine and its stream store. */
  readonly reader?: (reader: ViewReader) => ViewReader;
};

/** The bank on memory adapters and a virtual clock, open for business. */
export const bankEngine = async (parts: BankParts = {}) => {
  const clock = virtualClock(BANK_START);
  const codec = jsonCodec();
  const { store, reader } = memoryViewStore();
  const projector = createProjector({ store, codec, registry: bank(), projections: [balances] });
  const disk = parts.disk ?? memoryDisk();
  const log = memoryEventLog({
    disk,
    ...(parts.beforeAppend === undefined ? {} : { beforeAppend: parts.beforeAppend }),
  });
  const feed = await inProcessViews(projector, parts.reader?.(reader) ?? reader);
  for (const group of log.head() > 0 ? disk.groups : []) feed.feed(group);
  const engine = await createEngine({
    registry: bank(),
    codec,
    log,
    feed,
    clock,
    mechanisms: { ...allMechanisms, ...parts.mechanisms },
    ...(parts.snapshots === undefined ? {} : { snapshots: parts.snapshots }),
    ...(parts.statesInMemory === undefined ? {} : { statesInMemory: parts.statesInMemory }),
    ...(parts.statesAsObjects === undefined ? {} : { statesAsObjects: parts.statesAsObjects }),
  });
  const send = (type: string, key: string, name: string, data: object, id: string) =>
    engine.send(commandRequest({ stream: { tenant: 'main', type, key }, type: name, data, commandId: id }));
  if (log.head() === 0) await send('world', 'main', 'CreateWorld', {}, 'world');
  const open = async (owner: string, closeAfter: number | null = null): Promise<string> =>
    (await send('account', '', 'OpenAccount', { owner, closeAfter }, `open ${owner}`)).stream.key;
  const stateOf = async (key: string): Promise<Account | undefined> =>
    (await engine.stateOf({ tenant: 'main', type: 'account', key }))?.state as Account | undefined;
  return { engine, clock, disk, log, send, open, stateOf };
};
