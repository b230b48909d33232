import type { RecordedEvent, Registry } from '@orderloom/decider';
import {
  domainRegistry,
  tableStepper,
  unchangedPolicy,
  type OrderState,
  type SetPolicyData,
} from '@orderloom/domain';
import {
  allMechanisms,
  commandRequest,
  createEngine,
  createProjector,
  eventsIn,
  inProcessViews,
  jsonCodec,
  memoryDisk,
  memoryEventLog,
  memoryViewStore,
  type CommandRequest,
  type CommandResult,
  type Engine,
  type EventLog,
  type MemoryDisk,
  type MemoryLogOptions,
  type Mechanisms,
  type OnAlarm,
} from '@orderloom/engine';
import { turns, virtualClock, type VirtualClock } from '@orderloom/testing';
import { projections } from '@orderloom/views';

/** The shop opens. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const PRICE = 1_250;

export type ShopParts = {
  /** What earlier shops have kept; an empty one unless said. */
  readonly disk?: MemoryDisk;
  readonly clock?: VirtualClock;
  readonly registry?: Registry;
  readonly mechanisms?: Partial<Mechanisms>;
  readonly beforeAppend?: MemoryLogOptions['beforeAppend'];
  /** Told of what an operator has to look at. */
  readonly onAlarm?: OnAlarm;
  /** Stands between the engine and its log. */
  readonly log?: (log: EventLog) => EventLog;
};

/** The whole domain on memory adapters and a virtual clock. */
export type Shop = {
  readonly engine: Engine;
  readonly clock: VirtualClock;
  readonly disk: MemoryDisk;
  /** Says a command; `to`: `type/key`, or `type` where it makes its stream. */
  readonly say: (
    to: string,
    type: string,
    data: object,
    more?: Partial<CommandRequest>,
  ) => Promise<CommandResult>;
  /** The same to one order. */
  readonly sayTo: (
    orderId: string,
    type: string,
    data: object,
    more?: Partial<CommandRequest>,
  ) => Promise<CommandResult>;
  /** Places an order over one piece, of a buyer of its own; gives its id. Throws where it is not accepted. */
  readonly place: (name: string, more?: object, said?: Partial<CommandRequest>) => Promise<string>;
  /** Lets time pass; what has fallen due by then is decided when it resolves. */
  readonly pass: (ms: number) => Promise<void>;
  readonly setPolicy: (said: Partial<SetPolicyData>) => Promise<CommandResult>;
  /** Types of an order's events, in their order. */
  readonly historyOf: (orderId: string) => Promise<readonly string[]>;
  readonly stateOf: (orderId: string) => Promise<OrderState>;
  /** Every event that is kept, in its order. */
  readonly events: () => readonly RecordedEvent[];
  /** Region -> status. */
  readonly statusOf: (orderId: string) => Readonly<Record<string, string>>;
};

/** A payment of the price. */
export const payment = { paymentId: 'p-1', amount: PRICE, currency: 'EUR', provider: 'bank' };

/** Pieces of the only line that orders have here. */
export const pieces = (quantity: number) => [{ lineId: 'a', quantity }];

export const anOrder = (quantity = 1, more: object = {}) => ({
  ...{ buyerId: null, merchantId: null, lifecycle: 'retail', currency: 'EUR', fees: 0, discount: 0 },
  ...{
    shipping: 0,
    receiver: null,
    externalId: null,
    allowRepeat: false,
    fields: {},
    total: quantity * PRICE,
  },
  ...{ paymentMethod: null, payBy: null },
  lines: [{ lineId: 'a', sku: 'TEA', quantity, unitPrice: PRICE, discount: 0, tax: null, name: 'Black tea' }],
  ...more,
});

const codec = jsonCodec();
const registryOf = (): Registry => domainRegistry({ stepper: tableStepper });

const engineOf = async (parts: ShopParts, disk: MemoryDisk, clock: VirtualClock): Promise<Engine> => {
  const { registry = registryOf(), beforeAppend } = parts;
  const { store, reader } = memoryViewStore();
  const kept = memoryEventLog({ disk, ...(beforeAppend === undefined ? {} : { beforeAppend }) });
  const log = parts.log?.(kept) ?? kept;
  const feed = await inProcessViews(createProjector({ store, codec, registry, projections }), reader);
  for (const group of disk.groups) feed.feed(group);
  const mechanisms = { ...allMechanisms, ...parts.mechanisms };
  const { onAlarm = () => undefined } = parts;
  return createEngine({ registry, codec, log, feed, clock, mechanisms, onAlarm });
};

const TICK = 250;
const TICKS = 4;
/** After so many turns of the event loop all is decided that had arrived before, and what was due then. */
export const TURNS = 12;

/** Most of a long time passes at once: nobody looks at the clock more seldom than each tick, and it waits for whoever decides. */
const passing = async (engine: Engine, clock: VirtualClock, ms: number): Promise<void> => {
  const leap = Math.max(0, ms - TICKS * TICK);
  clock.set(clock.now() + leap);
  for (let left = ms - leap; left > 0; left -= TICK) {
    clock.advance(Math.min(TICK, left));
    await turns(TURNS);
    await engine.settled();
  }
};

/** Opens a shop with the tenant `main`, which is made where the disk has none. */
export const openShop = async (parts: ShopParts = {}): Promise<Shop> => {
  const { disk = memoryDisk(), clock = virtualClock(NOON) } = parts;
  const engine = await engineOf(parts, disk, clock);
  // What is said is never said again, however often the shop opens.
  const opened = disk.groups.length;
  let said = 0;
  const say: Shop['say'] = (to, type, data, more = {}) => {
    const [streamType = '', ...key] = to.split('/');
    const stream = { tenant: 'main', type: streamType, key: key.join('/') };
    said += 1;
    return engine.send(
      commandRequest({ stream, type, data, commandId: `said-${String(opened)}-${String(said)}`, ...more }),
    );
  };
  if (engine.globalOf('main') === undefined) await say('tenant/main', 'CreateTenant', {});
  const order = (key: string) => ({ tenant: 'main', type: 'order', key });
  return {
    ...{ engine, clock, disk, say },
    sayTo: (orderId, type, data, more) => say(`order/${orderId}`, type, data, more),
    place: async (name, more = {}, also = {}) => {
      const placed = await say('order', 'PlaceOrder', anOrder(1, more), {
        commandId: `place-${name}`,
        ...also,
      });
      if (placed.outcome !== 'accepted') throw new Error(`${name}: ${placed.rejection?.reason ?? ''}`);
      return placed.stream.key;
    },
    pass: (ms) => passing(engine, clock, ms),
    setPolicy: (changed) => say('tenant/main', 'SetPolicy', { ...unchangedPolicy, ...changed }),
    historyOf: async (orderId) => {
      await engine.settled();
      return (await engine.history(order(orderId), 0, 1_000)).map(({ type }) => type);
    },
    stateOf: async (orderId) => (await engine.stateOf(order(orderId)))?.state as OrderState,
    events: () =>
      eventsIn(
        codec,
        disk.groups.map(({ frames }) => frames),
      ),
    statusOf: (orderId) => engine.statusOf(order(orderId)) ?? {},
  };
};
