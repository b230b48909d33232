import { followingLog } from '@orderloom/client';
import { startEffectWorker, type EffectHandler } from '@orderloom/effects';
import {
  jsonCodec,
  memoryDisk,
  memoryEventSource,
  type Engine,
  type EventLog,
  type GroupProgress,
  type MemoryDisk,
} from '@orderloom/engine';
import { until } from '@orderloom/testing';
import { openShop, type Shop, type ShopParts } from './shop.ts';

/** A shop whose calls to the outside are made, by the real worker over the log in memory. */
export type WorkingShop = Shop & {
  /** Says a command; throws where it is not accepted. */
  readonly accepted: (to: string, type: string, data: object) => Promise<void>;
  /** Effects in a status, as an operator finds them listed. */
  readonly listed: (status: string) => Promise<readonly string[]>;
  /** Resolves when every call that is due has been made, or `isOver` says that there is nothing to wait for any more. */
  readonly calm: (isOver?: () => boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Keeps nothing: its reader begins with the first event, and does so once. */
const fromTheFirst: GroupProgress = {
  take: async () => ({
    ...{ index: 0, parked: [] },
    keep: async () => undefined,
    asked: async () => [],
    close: async () => undefined,
  }),
  close: async () => undefined,
};

const followed = (kept: MemoryDisk) => {
  const source = memoryEventSource(1);
  for (const { first, count, frames } of kept.groups)
    if (count > 0) source.append(0, { first, count, frames: Uint8Array.from(frames) });
  const log = (kept: EventLog): EventLog => ({
    ...kept,
    append: async (group) => {
      await kept.append(group);
      const { first, count, frames } = group;
      if (count > 0) source.append(0, { first, count, frames: Uint8Array.from(frames) });
    },
  });
  return { log, following: followingLog({ source, progress: fromTheFirst, codec: jsonCodec() }) };
};

/** `handlersFor` is given the engine, which a handler may need that tells orders something. */
export const openWorkingShop = async (
  handlersFor: (engine: Engine) => Readonly<Record<string, EffectHandler>>,
  parts: ShopParts = {},
): Promise<WorkingShop> => {
  const { disk = memoryDisk() } = parts;
  const { log, following } = followed(disk);
  const shop = await openShop({ ...parts, disk, log });
  const { engine } = shop;
  const problems: string[] = [];
  const worker = startEffectWorker({
    ...{ following, send: engine.send, handlers: handlersFor(engine) },
    onProblem: ({ message }) => problems.push(message),
  });
  const listed = async (status: string): Promise<readonly string[]> => {
    const { documents } = await engine.list('effect', 'main', `status:${status}`, null, 100);
    return documents.map(({ id }) => id.slice('main/'.length));
  };
  const isCalm = async (): Promise<boolean> => {
    if (problems.length > 0) throw new Error(problems.join('; '));
    await engine.settled();
    return (await listed('due')).length + (await listed('started')).length === 0;
  };
  return {
    ...shop,
    listed,
    accepted: async (to, type, data) => {
      const { outcome, rejection } = await shop.say(to, type, data);
      if (outcome !== 'accepted') throw new Error(`${type}: ${rejection?.reason ?? outcome}`);
    },
    calm: async (isOver = () => false) => {
      await until('every call to be made', async () => isOver() || isCalm());
    },
    stop: async () => {
      await worker.stop();
      await engine.stop();
    },
  };
};
