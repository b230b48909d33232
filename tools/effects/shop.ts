import { commandRequest, type CommandRequest, type CommandResult } from '@orderloom/engine';
import { mugOrder, mugPayment } from '@orderloom/testing';

export const SECRET = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`;

/** Commands of a shop whose events are told to webhooks, over any way to an engine. */
export const aShop = (send: (request: CommandRequest) => Promise<CommandResult>) => {
  const done = async (type: string, key: string, command: string, data: object, commandId: string) => {
    const stream = { tenant: 'main', type, key };
    const result = await send(commandRequest({ stream, type: command, data, commandId }));
    if (result.outcome !== 'accepted')
      throw new Error(`${command}: ${result.outcome} ${result.rejection?.reason ?? ''}`);
    return result.stream.key;
  };
  return {
    /** The tenant wants to hear of new orders at that address. */
    subscribe: (
      name: string,
      url: string,
      rules: {
        maxAttempts?: number;
        firstRetryMs?: number;
        inOrder?: boolean;
        events?: readonly string[];
      } = {},
    ) =>
      done(
        ...(['tenant', 'main', 'SubscribeWebhook'] as const),
        { name, url, events: ['OrderPlaced'], maxAttempts: 10, firstRetryMs: 100, inOrder: false, ...rules },
        `subscribe-${name}-${url}`,
      ),
    place: (name: string, more: object = {}) =>
      done(...(['order', '', 'PlaceOrder'] as const), { ...mugOrder(name), ...more }, `place-${name}`),
    pay: (orderId: string) =>
      done(...(['order', orderId, 'ConfirmPayment'] as const), mugPayment('p-1'), `pay-${orderId}`),
    unsubscribe: (name: string) =>
      done('tenant', 'main', 'UnsubscribeWebhook', { name }, `unsubscribe-${name}`),
    redrive: (effectId: string, name: string) =>
      done('effect', effectId, 'RedriveEffect', {}, `redrive-${name}`),
  };
};
