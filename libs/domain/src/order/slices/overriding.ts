import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { OrderEvent, OverrideStatusData } from '../../messages/generated/order.ts';
import { outstanding, reducedBy } from '../giving-back.ts';
import type { Lifecycle } from '../lifecycle/compiled.ts';
import { OVERRIDES, overrideTo, type Override } from '../lifecycle/definition.ts';
import { refusePersonalText } from '../personal-text.ts';
import { dueAfter } from '../published.ts';
import { sectionOfRegion } from '../sections.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { Change, OrderState } from '../state.ts';

// An operator forces what no message will tell any more. Units and money follow the status, so that both still add up;
// where they could not, there is no override, but a command that tells what happened.

const withDelivered = (state: OrderState, delivered: boolean): Change => ({
  lines: state.lines.map((counts) => ({ ...counts, delivered: delivered ? counts.shipped : 0 })),
  parcels: state.parcels.map(({ parcelId, lines }) => ({ parcelId, lines, delivered })),
});

/** What else is true once a status is forced. A lifecycle declares which of them it knows, and from where. */
const consequences: Readonly<Record<Override, (state: OrderState) => Change>> = {
  /** The carrier never said so, but everything has arrived. */
  'fulfilment.delivered': (state) => withDelivered(state, true),
  /** The carrier said so, but nothing has arrived. */
  'fulfilment.shipped': (state) => withDelivered(state, false),
  /** The debt is written off. */
  'payment.void': (state) => ({ money: reducedBy(state, outstanding(state)) }),
};

const isOverride = (place: string): place is Override => Object.hasOwn(consequences, place);

const hasStatus = ({ definition: { regions } }: Lifecycle, region: string, status: string): boolean =>
  Object.hasOwn(regions, region) && Object.hasOwn(regions[region]?.statuses ?? {}, status);

const refusedOverride = (may: OrderContext['may']): Decision<never> => {
  const possible = OVERRIDES.filter((place) => may(overrideTo(place)));
  return refuseState(
    'override-refused',
    `forcing this would make or lose units or money, or changes nothing; what can be forced now is ${possible.join(', ')}. Tell anything else by the command that is for it`,
  );
};

const override = (
  state: OrderState,
  { region, status, reason }: OverrideStatusData,
  { lifecycle, may, global: { policy }, now }: OrderContext,
): Decision<OrderEvent> => {
  if (!lifecycle || !hasStatus(lifecycle, region, status))
    return refuseContent('unknown-status', "the order's lifecycle has no such status", '/status');
  if (!may(overrideTo(`${region}.${status}`))) return refusedOverride(may);
  const from = lifecycle.statuses[state.status]?.[region] ?? '';
  const { buyerId } = state.placed;
  const due = dueAfter(lifecycle, overrideTo(`${region}.${status}`), { policy, now });
  return (
    refusePersonalText(reason, '/reason') ??
    accept({ type: 'StatusOverridden', data: { buyerId, region, from, status, reason, due } })
  );
};

export const overridingCommands: CommandRules<'OverrideStatus'> = {
  OverrideStatus: {
    emits: ['StatusOverridden', 'BillVoided'],
    gate: OVERRIDES.map(overrideTo),
    mayRefuse: true,
    needsActor: true,
    decidesOn: ({ region }) => sectionOfRegion(region),
    decide: override,
  },
};

export const overridingEvents: EventFolds<'StatusOverridden'> = {
  StatusOverridden: (state, { region, status }) => {
    const place = `${region}.${status}`;
    return isOverride(place) ? consequences[place](state) : {};
  },
};
