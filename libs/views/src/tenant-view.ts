import { tenantStreamType, type TenantState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type TenantDocument = StreamDocument<TenantState>;

/** Lists: `all:`, `status:clock.live`, `status:clock.simulated`. */
export const tenantView = streamView(tenantStreamType({ lifecycles: [] }));

const clockOf = ({ clock }: TenantState) =>
  clock.mode === 'live' ? clock : { ...clock, now: instant(clock.now) };

/** A tenant as readers get it: its rules, its clock, and which lifecycles its orders may follow. */
export const presentTenant = ({ id, version, document }: Stored<TenantDocument>) => ({
  tenant: id,
  status: document.status,
  policy: document.state.policy,
  clock: clockOf(document.state),
  lifecycles: Object.entries(document.state.lifecycles).map(([ref, { name, version: of, hash }]) => ({
    name,
    version: of,
    hash,
    current: document.state.current[name] === ref,
  })),
  webhooks: Object.values(document.state.webhooks ?? {}),
  sourcing: Object.values(document.state.sourcing ?? {}),
  providers: Object.values(document.state.providers ?? {}),
  createdAt: instant(document.createdAt),
  updatedAt: instant(document.updatedAt),
  version,
});
