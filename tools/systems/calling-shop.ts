import type { Calls, ShownCall } from '@orderloom/client';
import type { EffectState } from '@orderloom/domain';
import type { CallOutcome, CallToMake } from '@orderloom/effects';
import { underItsKey, type CommandResult } from '@orderloom/engine';
import { presentDocument } from '@orderloom/views';
import { payment, type ShopParts } from './shop.ts';
import { openWorkingShop, type WorkingShop } from './working-shop.ts';

/** A shop whose events are told to others. */
export type CallingShop = WorkingShop & {
  readonly subscribe: (
    name: string,
    rules?: { readonly maxAttempts?: number; readonly events?: readonly string[] },
  ) => Promise<void>;
  /** Places an order and pays it: others hear of that. */
  readonly paid: (name: string) => Promise<string>;
  readonly callTo: (orderId: string, name: string) => Promise<EffectState>;
  /** Calls that were given up, as an operator finds them listed: `ORDER.VERSION.NAME`. */
  readonly givenUp: () => Promise<readonly string[]>;
  /** Asks for it to be made again; gives what came of the asking. */
  readonly redrive: (effectId: string) => Promise<CommandResult['outcome']>;
  /** Calls that were given up, as they are shown now. */
  readonly failedNow: () => Promise<readonly ShownCall[]>;
  /** What an operator who has seen that list does with it; `named: false`: without saying which failures were seen. */
  readonly calls: (seen: readonly ShownCall[], how?: { readonly named: boolean }) => Calls;
};

/** The version of an order that is paid. */
const PAID = 2;

/** `perform` is asked for each call, once an attempt. */
export const openCallingShop = async (
  perform: (call: CallToMake) => CallOutcome,
  parts: ShopParts = {},
): Promise<CallingShop> => {
  const webhook = {
    targetOf: ({ name }: CallToMake) => name,
    perform: async (call: CallToMake) => perform(call),
  };
  const shop = await openWorkingShop(() => ({ webhook }), parts);
  return {
    ...shop,
    subscribe: (name, { maxAttempts = 20, events = ['PaymentConfirmed'] } = {}) =>
      shop.accepted('tenant/main', 'SubscribeWebhook', {
        ...{ name, url: `https://${name}.example`, events },
        ...{ maxAttempts, firstRetryMs: 1_000, inOrder: false },
      }),
    paid: async (name) => {
      const order = await shop.place(name);
      await shop.accepted(`order/${order}`, 'ConfirmPayment', payment);
      return order;
    },
    callTo: async (orderId, name) => {
      const key = `${orderId}.${String(PAID)}.${name}`;
      const effect = { tenant: 'main', type: 'effect', key };
      return (await shop.engine.stateOf(effect))?.state as EffectState;
    },
    givenUp: () => shop.listed('given-up'),
    failedNow: async () => {
      const { documents } = await shop.engine.list('effect', 'main', 'status:given-up', null, 100);
      return documents.map((stored) => presentDocument('effect', underItsKey(stored, 'main')) as ShownCall);
    },
    calls: (seen, { named } = { named: true }) => ({
      givenUp: async function* () {
        yield seen;
      },
      redrive: async (redrives) => {
        const results = redrives.map(({ effectId, expectedVersion, key: commandId }) =>
          shop.say(`effect/${effectId}`, 'RedriveEffect', {}, named ? { expectedVersion, commandId } : {}),
        );
        return (await Promise.all(results)).map(({ rejection }) => rejection?.code);
      },
    }),
    redrive: async (effectId) => (await shop.say(`effect/${effectId}`, 'RedriveEffect', {})).outcome,
  };
};
