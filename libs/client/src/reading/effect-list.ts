import { refuseQuery } from './order-list.ts';
import type { EffectQuery } from './reading.ts';

const STATUSES = ['due', 'started', 'waiting', 'succeeded', 'given-up'];
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** The list of the views that a query asks for. Refuses one that cannot be used. */
export const effectListOf = ({ status, webhook, provider }: EffectQuery): string => {
  const said = Object.entries({ status, webhook, provider }).filter(([, value]) => value !== undefined);
  if (said.length > 1) return refuseQuery('one of status, webhook and provider at a time');
  const [one] = said;
  if (one === undefined) return 'all:';
  const [name, value = ''] = one;
  if (name === 'status' && !STATUSES.includes(value))
    return refuseQuery(`a status is one of ${STATUSES.join(', ')}`);
  return NAME.test(value) ? `${name}:${value}` : refuseQuery(`${name} must look like an id`);
};
