import type { Event, Registry, Rejection, StreamRef, StreamType } from '@orderloom/decider';
import {
  dueOf,
  orderOfEdit,
  previewEdit,
  type EditPreview,
  type EditState,
  type OrderCommand,
  type OrderEvent,
  type OrderState,
  type TenantState,
} from '@orderloom/domain';
import { presentChange, type PresentedChange } from './edit-view.ts';
import { moneyOf } from './order-presenting.ts';

type Found = { readonly version: number; readonly state: unknown };

/** What a preview needs of whoever has the states, as the next command will find them. */
export type PreviewParts = {
  readonly stateOf: (stream: StreamRef) => Promise<Found | undefined>;
  readonly registry: Registry;
  /** What time it is in the tenant, ms. */
  readonly now: number;
};

/** One change, and what it would come to. */
type PreviewedChange = PresentedChange & {
  /** `not-asked`: an earlier one is refused. */
  readonly outcome: 'accepted' | 'refused' | 'not-asked';
  /** What the order would record; none where it is refused. */
  readonly events: readonly Event[];
  /** Why it is refused; `pointer` points into its data. */
  readonly rejection: Pick<Rejection, 'code' | 'reason' | 'pointer'> | null;
};

/** The order as a preview shows it, before and behind the changes. Amounts in minor units. */
type Shown = {
  readonly status: Readonly<Record<string, string>>;
  readonly money: ReturnType<typeof moneyOf> & {
    /** What goes back to the buyer and is not back yet. */
    readonly toRefund: number;
  };
};

/** What committing an edit would come to at this moment. */
export type PresentedPreview = {
  readonly editId: string;
  readonly orderId: string;
  /** Of the edit. */
  readonly status: string;
  /** The version of the order that all of this is about: what `CommitEdit` names. */
  readonly orderVersion: number;
  /** The order has changed since the edit was begun. */
  readonly movedOn: boolean;
  /** Whether a commit would be accepted. */
  readonly possible: boolean;
  readonly changes: readonly PreviewedChange[];
  readonly before: Shown;
  /** Behind the changes that are possible. */
  readonly after: Shown;
};

type OrderType = StreamType<OrderState, OrderCommand, OrderEvent, TenantState>;

const toRefund = ({ money }: OrderState): number =>
  money.refunds.reduce((sum, refund) => sum + dueOf(refund), 0);

const outcomeOf = (change: EditPreview['changes'][number]): PreviewedChange => {
  const { outcome } = change;
  const shown = presentChange(change);
  if (outcome === null) return { ...shown, outcome: 'not-asked', events: [], rejection: null };
  if ('accepted' in outcome)
    return { ...shown, outcome: 'accepted', events: outcome.accepted, rejection: null };
  const { kind: _kind, ...rejection } = outcome.rejected;
  return { ...shown, outcome: 'refused', events: [], rejection };
};

/**
 * What committing an edit would come to at this moment, by the decider that a commit is decided by. Nothing is written.
 * `undefined`: there is no such edit. Rejects as `stateOf` does. What stock, warehouses and providers would say of it
 * later is not in it.
 */
export const previewOf = async (
  { stateOf, registry, now }: PreviewParts,
  edit: StreamRef,
): Promise<PresentedPreview | undefined> => {
  const { tenant, key } = edit;
  const stream: StreamRef = { tenant, type: 'order', key: orderOfEdit(key) };
  const found = await stateOf(edit);
  const order = found && (await stateOf(stream));
  const ruling = order && (await stateOf({ tenant, type: registry.global.type, key: tenant }));
  const type = registry.types.find(({ name }) => name === stream.type) as OrderType | undefined;
  if (found === undefined || order === undefined || ruling === undefined || type === undefined)
    return undefined;
  const { status, changes: staged, orderVersion } = found.state as EditState;
  const state = order.state as OrderState;
  const global = ruling.state as TenantState;
  const context = { stream, now, global, globalVersion: ruling.version, actor: null, channel: null };
  const changes = status === 'open' ? staged : [];
  const preview = previewEdit(
    { changes },
    { state, version: order.version },
    { decider: type.decider, context },
  );
  const shown = (of: OrderState): Shown => ({
    status: type.explain(of, global).status,
    money: { ...moneyOf(of), toRefund: toRefund(of) },
  });
  const presented = preview.changes.map(outcomeOf);
  return {
    ...{ editId: key, orderId: stream.key, status, orderVersion: order.version },
    movedOn: status === 'open' && order.version !== orderVersion,
    possible: presented.length > 0 && presented.every(({ outcome }) => outcome === 'accepted'),
    changes: presented,
    before: shown(state),
    after: shown(preview.after),
  };
};
