import { Inject } from '@nestjs/common';
import type { ConsumedEvent, HandlerContext } from '@orderloom/client';
import { ORDERLOOM_CLIENT } from './options.ts';

/** Name of an order's event. */
export type OrderEventType = ConsumedEvent['type'];
/** That event, as a method gets it. */
export type OrderEventOf<T extends OrderEventType> = Extract<ConsumedEvent, { type: T }>;

export type Subscription = { readonly type: OrderEventType; readonly group: string };

/** What a method of a provider may look like that consumes events of a type. */
type Consuming<T extends OrderEventType> = (
  event: OrderEventOf<T>,
  context: HandlerContext,
) => Promise<void> | void;

const SUBSCRIPTIONS = Symbol('Orderloom subscriptions');

/**
 * The method is called for each such event at least once, those of one order in order. Where it keeps throwing, the event
 * is parked, and what follows in that order with it. A method may have several of these.
 */
export const OnOrderEvent =
  <T extends OrderEventType>(type: T, { group }: { readonly group: string }) =>
  (_: object, __: string | symbol, { value }: { readonly value?: Consuming<T> }): void => {
    if (value === undefined) throw new TypeError('@OnOrderEvent stands on a method');
    Reflect.defineMetadata(SUBSCRIPTIONS, [...subscriptionsOf(value), { type, group }], value);
  };

/** What a method of a provider has subscribed to. */
export const subscriptionsOf = (method: object): readonly Subscription[] =>
  (Reflect.getMetadata(SUBSCRIPTIONS, method) as readonly Subscription[] | undefined) ?? [];

/** The application's `Client`: sends commands, consumes events. */
export const InjectOrderloom = (): ParameterDecorator & PropertyDecorator => Inject(ORDERLOOM_CLIENT);
