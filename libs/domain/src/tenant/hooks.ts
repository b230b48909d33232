import { accept, refuseMissing, refuseState, type Decision } from '@orderloom/decider';
import type { HookRegisteredData, RegisterHookData, TenantEvent } from '../messages/generated/tenant.ts';
import type { TenantState } from './state.ts';

// Who is asked before a command is decided. The tenant says whom and for how long; the process that lets the command in
// knows where they are.

/** All of them are waited for, and each stands in the order for ever. */
const MOST_HOOKS = 5;

const hooksOf = ({ hooks = {} }: TenantState): NonNullable<TenantState['hooks']> => hooks;

export const registerHook = (state: TenantState, data: RegisterHookData): Decision<TenantEvent> => {
  const known = hooksOf(state);
  if (!Object.hasOwn(known, data.name) && Object.keys(known).length >= MOST_HOOKS)
    return refuseState('too-many-hooks', `a tenant has ${MOST_HOOKS} hooks at most; take one away first`);
  return accept({ type: 'HookRegistered', data });
};

export const unregisterHook = (state: TenantState, name: string): Decision<TenantEvent> =>
  Object.hasOwn(hooksOf(state), name)
    ? accept({ type: 'HookUnregistered', data: { name } })
    : refuseMissing('unknown-hook', `the tenant has no hook ${name}`);

/** The state with one hook more, or other rules under its name. */
export const withHook = (state: TenantState, data: HookRegisteredData): TenantState => ({
  ...state,
  hooks: { ...hooksOf(state), [data.name]: data },
});

/** A tenant without any is as one that never had any. */
export const withoutHook = (state: TenantState, name: string): TenantState => {
  const { hooks = {}, ...others } = state;
  const left = Object.entries(hooks).filter(([known]) => known !== name);
  return left.length === 0 ? others : { ...others, hooks: Object.fromEntries(left) };
};

/** Before which commands somebody may have to be asked: stream type -> command -> moment. */
const MOMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  order: { PlaceOrder: 'placing', StartPayment: 'paying', IssueBill: 'paying' },
  itinerary: { PlaceItinerary: 'placing' },
};

const NOBODY: readonly HookRegisteredData[] = [];

/** The hooks of a tenant that come before one of its moments. */
export const hooksBefore = ({ hooks }: TenantState, moment: string): readonly HookRegisteredData[] =>
  hooks === undefined ? NOBODY : Object.values(hooks).filter(({ before }) => before === moment);

/** The hooks whose verdicts a command needs, by name; none for most commands, and for most tenants. */
export const hooksFor = (
  tenant: TenantState,
  { stream, type }: { readonly stream: string; readonly type: string },
): readonly HookRegisteredData[] => {
  if (tenant.hooks === undefined) return NOBODY;
  const moments = MOMENTS[stream] ?? {};
  const moment = Object.hasOwn(moments, type) ? moments[type] : undefined;
  return moment === undefined ? NOBODY : hooksBefore(tenant, moment);
};
