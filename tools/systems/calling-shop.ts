import { followingLog } from '@orderloom/client';
import type { EffectState } from '@orderloom/domain';
import { startEffectWorker, type CallOutcome, type CallToMake } from '@orderloom/effects';
import {
  jsonCodec,
  memoryEventSource,
  type CommandResult,
  type EventLog,
  type GroupProgress,
} from '@orderloom/engine';
import { until } from '@orderloom/testing';
import { openShop, payment, type Shop, type ShopParts } from './shop.ts';

/** A shop whose events are told to others, by the real worker over the log in memory. */
export type CallingShop = Shop & {
  readonly subscribe: (name: string, rules?: { readonly maxAttempts?: number }) => Promise<void>;
  /** Places an order and pays it: others hear of that. */
  readonly paid: (name: string) => Promise<string>;
  /** Resolves when every call that is due has been made. */
  readonly calm: () => Promise<void>;
  readonly callTo: (orderId: string, name: string) => Promise<EffectState>;
  /** Calls that were given up, as an operator finds them listed: `ORDER.VERSION.NAME`. */
  readonly givenUp: () => Promise<readonly string[]>;
  /** Asks for it to be made again; gives what came of the asking. */
  readonly redrive: (effectId: string) => Promise<CommandResult['outcome']>;
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

/** The version of an order that is paid. */
const PAID = 2;

const followed = () => {
  const source = memoryEventSource(1);
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

/** `perform` is asked for each call, once an attempt. */
export const openCallingShop = async (
  perform: (call: CallToMake) => CallOutcome,
  parts: ShopParts = {},
): Promise<CallingShop> => {
  const { log, following } = followed();
  const shop = await openShop({ ...parts, log });
  const { engine } = shop;
  const problems: string[] = [];
  const worker = startEffectWorker({
    ...{ following, send: engine.send },
    handlers: { webhook: { targetOf: ({ name }) => name, perform: async (call) => perform(call) } },
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
  const accepted = async (to: string, type: string, data: object): Promise<void> => {
    const { outcome, rejection } = await shop.say(to, type, data);
    if (outcome !== 'accepted') throw new Error(`${type}: ${rejection?.reason ?? outcome}`);
  };
  return {
    ...shop,
    subscribe: (name, { maxAttempts = 20 } = {}) =>
      accepted('tenant/main', 'SubscribeWebhook', {
        ...{ name, url: `https://${name}.example`, events: ['PaymentConfirmed'] },
        ...{ maxAttempts, firstRetryMs: 1_000, inOrder: false },
      }),
    paid: async (name) => {
      const order = await shop.place(name);
      await accepted(`order/${order}`, 'ConfirmPayment', payment);
      return order;
    },
    calm: async () => {
      await until('every call to be made', isCalm);
    },
    callTo: async (orderId, name) => {
      const key = `${orderId}.${String(PAID)}.${name}`;
      return (await engine.stateOf({ tenant: 'main', type: 'effect', key }))?.state as EffectState;
    },
    givenUp: () => listed('given-up'),
    redrive: async (effectId) => (await shop.say(`effect/${effectId}`, 'RedriveEffect', {})).outcome,
    stop: async () => {
      await worker.stop();
      await engine.stop();
    },
  };
};
