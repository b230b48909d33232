import type { OrderCommand, OrderLine, PlaceOrderData, Receiver, SealedBlock } from '@orderloom/domain';

type Nullable<T> = { [K in keyof T]-?: null extends T[K] ? K : never }[keyof T];

/** A command's data as a caller says it: what can be null can be left out. */
type Said<T> = T extends readonly (infer Item)[]
  ? readonly Said<Item>[]
  : T extends object
    ? { readonly [K in Exclude<keyof T, Nullable<T>>]: Said<T[K]> } & {
        readonly [K in Nullable<T>]?: Said<T[K]>;
      }
    : T;

type Defaulted<T, Names extends keyof T> = Said<Omit<T, Names>> & { readonly [K in Names]?: T[K] };

/** An order as a checkout places it. Its receiver is sealed before it enters any log. */
export type NewOrder = Defaulted<
  Omit<PlaceOrderData, 'lines' | 'receiver'>,
  'shipping' | 'fees' | 'discount' | 'allowRepeat' | 'fields'
> & {
  readonly lines: readonly Defaulted<OrderLine, 'discount'>[];
  readonly receiver?: Said<Receiver> | null;
};

/** Commands that an order takes after it was placed. */
export type OrderCommandType = Exclude<OrderCommand['type'], 'PlaceOrder'>;

/** What stands sealed in the log is said in clear. */
type InClear<T> = { readonly [K in keyof T]: T[K] extends SealedBlock ? Receiver : T[K] };

/** What such a command says; a receiver is sealed before it enters any log. */
export type OrderCommandData<T extends OrderCommandType> = Said<
  InClear<Extract<OrderCommand, { type: T }>['data']>
>;
