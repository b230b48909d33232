// A shop on an engine in this process.
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import { commandRequest, type CommandResult } from '@orderloom/engine';
import { seededShop, type ShopStep } from '@orderloom/testing';
import { openingCommands, retailWords } from './shop-words.ts';

const FAR = 86_400_000;
/** Enough for groups of commands to share a commit. */
const AT_ONCE = 64;

/** An engine with a shop's shelves filled. */
export const openShop = async (folder: string): Promise<Embedded> => {
  const embedded = await openEmbedded({ folder, durability: 'off' });
  await ensureTenant(embedded.engine, 'main');
  for (const { stream, type, data, commandId } of openingCommands(FAR))
    await embedded.engine.send(commandRequest({ stream, type, data, commandId }));
  return embedded;
};

/** Every order's acts, those of different orders side by side. */
const livesOf = (orders: number): Generator<ShopStep, void> =>
  seededShop({ seed: 11, orders, words: retailWords({ sealed: false }) });

/** One act of an order that is known by its key; the first one has none. */
const act = (
  engine: Embedded['engine'],
  { command: { type, data }, commandId }: ShopStep,
  key: string,
): Promise<CommandResult> =>
  engine.send(commandRequest({ stream: { tenant: 'main', type: 'order', key }, type, data, commandId }));

/** What a reader must see of an order from now on: it was told so, or somebody else was. */
export type Told = { readonly key: string; readonly version: number; readonly index: number };

/** Lets orders live, one act after another; `between` is told how many acts of how many are done. */
export const letLive = async (
  { engine }: Embedded,
  orders: number,
  told: Told[],
  between: (done: number) => Promise<void>,
): Promise<void> => {
  const keys = new Map<number, string>();
  let done = 0;
  for (const step of livesOf(orders)) {
    const result = await act(engine, step, keys.get(step.order.index) ?? '');
    if (result.outcome === 'accepted') {
      keys.set(step.order.index, result.stream.key);
      told.push({ key: result.stream.key, version: result.version, index: engine.asOf().head });
    }
    await between((done += 1));
  }
};

/** Lets orders live, many at a time, taken from one queue: what it takes is the time of deciding. */
export const letManyLive = async ({ engine }: Embedded, orders: number): Promise<void> => {
  const keys = new Map<number, Promise<string>>();
  const goOn = async (step: ShopStep, before: Promise<string>): Promise<string> => {
    const key = await before;
    const { outcome, stream } = await act(engine, step, key);
    return outcome === 'accepted' ? stream.key : key;
  };
  const lives = livesOf(orders);
  const buyer = async (): Promise<void> => {
    for (const step of lives) {
      const living = goOn(step, keys.get(step.order.index) ?? Promise.resolve(''));
      keys.set(step.order.index, living);
      await living;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, buyer));
};
