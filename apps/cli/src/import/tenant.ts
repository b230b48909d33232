import { CliError, EXIT } from '../cli-error.ts';
import { type Api, bodyIn, problemIn } from '../connection/api.ts';

const sendTo = async (api: Api, id: string, type: string, data: object): Promise<void> => {
  const path = `/v1/tenants/${encodeURIComponent(api.tenant)}/commands`;
  const answer = await api.post(path, id, { type, data });
  if (problemIn(answer)?.code !== 'tenant-exists') bodyIn(answer);
};

const another = (tenant: string, code: string, message: string): CliError =>
  new CliError(EXIT.refused, {
    code,
    message,
    remedy: `import into a tenant of its own: --tenant ${tenant}-2`,
  });

const hasOrders = async (api: Api): Promise<boolean> => {
  const { orders } = bodyIn(await api.get('/v1/orders?limit=1'));
  return Array.isArray(orders) && orders.length > 0;
};

/** Whether the tenant can take a log that begins at `from`. Throws where its time is real, or further on. */
export const requireFit = async (api: Api, from: number): Promise<void> => {
  const answer = await api.get(`/v1/tenants/${encodeURIComponent(api.tenant)}`);
  if (problemIn(answer)?.status === 404) return;
  const clock = bodyIn(answer)['clock'] as { readonly mode: string; readonly now?: string };
  if (clock.mode !== 'simulated' && (await hasOrders(api)))
    throw another(
      api.tenant,
      'clock-live',
      `tenant ${api.tenant} lives in real time; an import would stop its clock`,
    );
  if (clock.now !== undefined && Date.parse(clock.now) > from)
    throw another(
      api.tenant,
      'clock-backwards',
      `the clock of tenant ${api.tenant} is already at ${clock.now}`,
    );
};

/**
 * Makes the tenant an import goes into: stock not tracked, no guard against repeats, time simulated from the first
 * row on with deadlines asleep. Every command has its own id, so doing it again changes nothing.
 */
export const prepareTenant = async (api: Api, prefix: string, from: number): Promise<void> => {
  await sendTo(api, `${prefix}:tenant`, 'CreateTenant', {});
  await sendTo(api, `${prefix}:policy`, 'SetPolicy', { stock: 'untracked', duplicateWindowMs: 0 });
  await sendTo(api, `${prefix}:simulate`, 'SimulateClock', { at: from, deadlines: 'asleep' });
};

/** Moves the tenant's simulated clock. `id`: the command id. */
export const advanceClock = (api: Api, id: string, to: number): Promise<void> =>
  sendTo(api, id, 'AdvanceClock', { to });
