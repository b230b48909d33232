import { presentAlias } from './alias-view.ts';
import { presentBuyer } from './buyer-view.ts';
import { presentChain } from './chain-view.ts';
import { presentJournal } from './journal-view.ts';
import { presentEdit } from './edit-view.ts';
import { presentEffect } from './effect-view.ts';
import { presentFulfilment } from './fulfilment-view.ts';
import { presentItinerary } from './itinerary-view.ts';
import { presentJob } from './job-view.ts';
import { presentOrder, summarizeOrder } from './order-presenting.ts';
import { presentParcel } from './parcel-view.ts';
import { presentReconciliation } from './reconciliation-view.ts';
import { presentStock } from './stock-view.ts';
import { presentTenant } from './tenant-view.ts';
import type { Stored } from './stream-view.ts';

/** A document out of a store: what its view is, is known by the view's name only. */
type AnyStored = Stored<unknown>;

const presenters = {
  order: presentOrder,
  stock: presentStock,
  parcel: presentParcel,
  buyer: presentBuyer,
  tenant: presentTenant,
  job: presentJob,
  effect: presentEffect,
  chain: presentChain,
  journal: presentJournal,
  alias: presentAlias,
  reconciliation: presentReconciliation,
  fulfilment: presentFulfilment,
  itinerary: presentItinerary,
  edit: presentEdit,
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each takes the document that its own view wrote
const byView: Readonly<Record<string, (stored: Stored<any>) => object>> = presenters;

/** Stream type -> its document as readers get it. */
export type Presented = {
  readonly [Type in keyof typeof presenters]: ReturnType<(typeof presenters)[Type]>;
};

/** Types of streams that readers get documents of. */
export const presentedTypes: readonly string[] = Object.keys(presenters);

/** A view's document as readers get it. `id`: the stream's key. Throws for a view that this build does not have. */
export const presentDocument = (view: string, stored: AnyStored): object => {
  const present = Object.hasOwn(byView, view) ? byView[view] : undefined;
  if (present === undefined) throw new RangeError(`there is no view ${view}`);
  return present(stored);
};

/** What a list shows of an order's document. */
export const summarizeDocument = (stored: AnyStored): object =>
  summarizeOrder(stored as Parameters<typeof summarizeOrder>[0]);
