import type { CommandRule, DecideContext, Decision, EvolveContext } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import type { Change, OrderState } from './state.ts';

/** The data of one command or event type of a union. */
type DataOf<U extends { type: string; data: object }, T extends U['type']> = Extract<U, { type: T }>['data'];

/** What a slice's `decide` may know. */
export type OrderContext = DecideContext<TenantState> & {
  /** The lifecycle that the order follows. Not there yet while the order is being placed. */
  readonly lifecycle: Lifecycle | undefined;
  /** Whether the symbol (an event type, or `Type:last`) is legal in the order's present status. */
  readonly may: (symbol: string) => boolean;
};

export type EvolveOrder = EvolveContext<TenantState>;

/** One command of the order. Its status conditions are the `gate` alone; `decide` judges everything else. */
type OrderCommandRule<T extends OrderCommand['type']> = Omit<
  CommandRule<Extract<OrderCommand, { type: T }>>,
  'emits'
> & {
  readonly emits: readonly OrderEvent['type'][];
  /** The command is allowed while one of these symbols is legal; empty: in every status. */
  readonly gate: readonly string[];
  /** The gate being open, whether there is anything in the order that the command could be about; left out: there is. */
  readonly applies?: (state: OrderState) => boolean;
  /** Why the gate is shut, where the order knows it better than its status does. */
  readonly shutBy?: (state: OrderState, may: OrderContext['may']) => Decision<never> | undefined;
  /** The gate being open, it may still be refused because of what it says. */
  readonly mayRefuse: boolean;
  readonly decide: (
    state: OrderState,
    data: DataOf<OrderCommand, T>,
    context: OrderContext,
  ) => Decision<OrderEvent>;
};

/** What one event changes. Where status and deadline go is the lifecycle's matter. */
type OrderFold<T extends OrderEvent['type']> = (
  state: OrderState,
  data: DataOf<OrderEvent, T>,
  context: EvolveOrder,
) => Change;

/** A rule for each of the commands named. */
export type CommandRules<T extends OrderCommand['type']> = { readonly [K in T]: OrderCommandRule<K> };

/** A fold for each of the events named. */
export type EventFolds<T extends OrderEvent['type']> = { readonly [K in T]: OrderFold<K> };
