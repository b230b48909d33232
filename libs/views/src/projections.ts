import type { Projection } from '@orderloom/decider';
import { aliasView } from './alias-view.ts';
import { buyerView } from './buyer-view.ts';
import { chainView } from './chain-view.ts';
import { journalView } from './journal-view.ts';
import { editView } from './edit-view.ts';
import { effectView } from './effect-view.ts';
import { fulfilmentView } from './fulfilment-view.ts';
import { itineraryView } from './itinerary-view.ts';
import { jobView } from './job-view.ts';
import { orderView } from './order-view.ts';
import { parcelView } from './parcel-view.ts';
import { reconciliationView } from './reconciliation-view.ts';
import { stockView } from './stock-view.ts';
import { tenantView } from './tenant-view.ts';

/** Every view of this build. The global state that each is folded with is the tenant's. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each is closed over its own document type
export const projections: readonly Projection<any, any>[] = [
  orderView,
  stockView,
  parcelView,
  buyerView,
  tenantView,
  jobView,
  effectView,
  chainView,
  journalView,
  aliasView,
  fulfilmentView,
  itineraryView,
  editView,
  reconciliationView,
];
