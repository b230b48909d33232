import { accept, refuseContent, refuseMissing, refuseState, type Decision } from '@orderloom/decider';
import type { SubscribeWebhookData, TenantEvent } from '../messages/generated/tenant.ts';
import { ALARM } from '../effect/alarming.ts';
import { isOrderEvent } from '../order/vocabulary.ts';
import type { TenantState } from './state.ts';

/** More subscriptions would make every order's event a bulk mailing. */
const MOST_WEBHOOKS = 20;

const webhooksOf = ({ webhooks = {} }: TenantState): NonNullable<TenantState['webhooks']> => webhooks;

export const subscribeWebhook = (state: TenantState, data: SubscribeWebhookData): Decision<TenantEvent> => {
  const known = webhooksOf(state);
  const unknown = data.events.findIndex((name) => !isOrderEvent(name) && name !== ALARM);
  if (unknown >= 0)
    return refuseContent(
      'unknown-event',
      `an order has no such event, and the alarm is ${ALARM}; see the reference`,
      `/events/${unknown}`,
    );
  if (!Object.hasOwn(known, data.name) && Object.keys(known).length >= MOST_WEBHOOKS)
    return refuseState(
      'too-many-webhooks',
      `a tenant has ${MOST_WEBHOOKS} webhooks at most; take one away first`,
    );
  return accept({ type: 'WebhookSubscribed', data });
};

export const unsubscribeWebhook = (state: TenantState, name: string): Decision<TenantEvent> =>
  Object.hasOwn(webhooksOf(state), name)
    ? accept({ type: 'WebhookUnsubscribed', data: { name } })
    : refuseMissing('unknown-webhook', `the tenant has no webhook ${name}`);

/** The state with one webhook more, or another one under its name. */
export const withWebhook = (state: TenantState, data: SubscribeWebhookData): TenantState => ({
  ...state,
  webhooks: { ...webhooksOf(state), [data.name]: data },
});

/** A tenant without any is as one that never had any. */
export const withoutWebhook = (state: TenantState, name: string): TenantState => {
  const { webhooks = {}, ...others } = state;
  const left = Object.entries(webhooks).filter(([known]) => known !== name);
  return left.length === 0 ? others : { ...others, webhooks: Object.fromEntries(left) };
};
