import type { RecordedEvent } from '@orderloom/decider';
import { isBeside, type LifecycleMigratedData, type TenantState } from '@orderloom/domain';
import type { Check } from './check.ts';

type Status = Readonly<Record<string, string>>;
type Way = string | { readonly target: string; readonly when: Readonly<Record<string, readonly string[]>> };
type Region = {
  readonly initial: string;
  readonly statuses: Readonly<Record<string, Readonly<Record<string, Way>>>>;
};
type Definition = { readonly regions: Readonly<Record<string, Region>> };

const first = (definition: Definition): Status =>
  Object.fromEntries(Object.entries(definition.regions).map(([name, region]) => [name, region.initial]));

const isOpen = (way: Way, status: Status): boolean =>
  typeof way === 'string' ||
  Object.entries(way.when).every(([region, allowed]) => allowed.includes(status[region] ?? ''));

/** The status behind a symbol, read from the definition itself; `undefined`: no region has a way for it. */
const after = (definition: Definition, status: Status, symbol: string): Status | undefined => {
  const next: Record<string, string> = { ...status };
  let moved = false;
  for (const [name, region] of Object.entries(definition.regions)) {
    const way = region.statuses[status[name] ?? '']?.[symbol];
    if (way === undefined || !isOpen(way, status)) continue;
    next[name] = typeof way === 'string' ? way : way.target;
    moved = true;
  }
  return moved ? next : undefined;
};

const FORCED = 'StatusOverridden';

/** What the lifecycle calls an event: its type, that it completes its kind, or where an operator forced the order. */
const symbolOf = ({ type, data }: RecordedEvent): string => {
  const { last, region, status } = data as { last?: boolean; region?: string; status?: string };
  if (type === FORCED) return `${type}:${region ?? ''}.${status ?? ''}`;
  return last === true ? `${type}:last` : type;
};

const definitionOf = (tenant: TenantState, reference: string): Definition | undefined => {
  const text = tenant.lifecycles[reference]?.definition;
  return text === undefined ? undefined : (JSON.parse(text) as Definition);
};

const MOVED = 'LifecycleMigrated';

/** Where an order stands that was moved to another lifecycle; `undefined`: there is none of that name. */
const movedBy = (
  { data }: RecordedEvent,
  tenant: TenantState,
): { readonly definition: Definition; readonly status: Status } | undefined => {
  const { to, statuses } = data as LifecycleMigratedData;
  const definition = definitionOf(tenant, to);
  const status = Object.fromEntries(statuses.map(({ region, status: value }) => [region, value]));
  return definition && { definition, status };
};

const text = (status: Status): string =>
  Object.entries(status)
    .map(([region, value]) => `${region}.${value}`)
    .join(' ');

/**
 * Every order's history is one that its lifecycle allows. The lifecycle is read out of the log as it was published;
 * neither XState nor the engine's table has a part in it.
 */
export const lifecycleCheck = (): Check => {
  const definitions = new Map<string, Definition | undefined>();
  const orders = new Map<string, { readonly definition: Definition; readonly status: Status }>();
  return {
    onEvent: ({ event, id, tenant }) => {
      if (event.stream.type !== 'order') return [];
      if (event.type === 'OrderPlaced') {
        const { lifecycle } = event.data as { readonly lifecycle: string };
        const key = `${event.stream.tenant}\0${lifecycle}`;
        const definition = definitions.get(key) ?? definitionOf(tenant, lifecycle);
        definitions.set(key, definition);
        if (definition) orders.set(id, { definition, status: first(definition) });
        return definition ? [] : [`its lifecycle ${lifecycle} was not published before it`];
      }
      const order = orders.get(id);
      if (!order) return ['the order was never placed'];
      if (event.type === MOVED) {
        const moved = movedBy(event, tenant);
        if (moved === undefined) return ['the lifecycle that it was moved to was not published before'];
        orders.set(id, moved);
        return [];
      }
      if (isBeside(event.type)) return [];
      const symbol = symbolOf(event);
      const status = after(order.definition, order.status, symbol);
      if (status) orders.set(id, { ...order, status });
      if (!status) return [`${symbol} is not legal while the order is at ${text(order.status)}`];
      return event.type === FORCED && event.actor === null ? ['nobody answers for it'] : [];
    },
  };
};
