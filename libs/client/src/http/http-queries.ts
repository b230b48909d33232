import type { Moment } from '@orderloom/engine';
import type { PresentedPreview } from '@orderloom/views';
import type {
  EffectPage,
  Explained,
  History,
  OrderPage,
  Queries,
  WorkPage,
  WorkQuery,
} from '../reading/reading.ts';
import { collectionPath, streamPath } from './address.ts';
import { readOnce } from './ask.ts';
import type { HttpPlace } from './http-place.ts';

type SaidExplained = Omit<Explained, 'id'> & { readonly orderId?: string; readonly key?: string };

const explainedOf = ({ orderId, key = '', ...said }: SaidExplained): Explained => ({
  id: orderId ?? key,
  ...said,
});

const queryOf = (said: Readonly<Record<string, string | number | undefined>>): string => {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(said)) if (value !== undefined) parts.set(name, String(value));
  return parts.size === 0 ? '' : `?${parts.toString()}`;
};

const momentSaid = (moment: Moment | undefined): Readonly<Record<string, string | number>> => {
  if (moment === undefined) return {};
  return 'version' in moment
    ? { asOfVersion: moment.version }
    : { asOf: new Date(moment.instant).toISOString() };
};

const claimSaid = (claim: WorkQuery['claim']) =>
  typeof claim === 'object' ? { claim: 'mine', actor: claim.by } : { claim };

const fieldsSaid = (fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).map(([name, text]) => [`field.${name}`, text]));

/** Documents, lists and histories, asked of an edge. */
export const httpQueries = (place: HttpPlace): Queries => ({
  document: (stream, moment, asking) =>
    readOnce<object>(place, `${streamPath(stream)}${queryOf(momentSaid(moment))}`, asking),
  history: async (stream, { after, limit }, asking) =>
    readOnce<History>(place, `${streamPath(stream)}/events${queryOf({ after, limit })}`, asking),
  explanation: async (stream, asking) => {
    const answer = await readOnce<SaidExplained>(place, `${streamPath(stream)}/explain`, asking);
    if (answer.outcome !== 'read') return answer;
    return { outcome: 'read', found: answer.found && explainedOf(answer.found) };
  },
  preview: (edit, asking) => readOnce<PresentedPreview>(place, `${streamPath(edit)}/preview`, asking),
  orders: ({ fields = {}, ...query }, asking) =>
    readOnce<OrderPage>(
      place,
      `${collectionPath('order')}${queryOf({
        ...{ ...query, status: query.status?.toString() },
        ...fieldsSaid(fields),
        facets: query.facets?.length === 0 ? undefined : query.facets?.toString(),
      })}`,
      asking,
    ),
  work: ({ claim, withinMinutes, ...query }, asking) =>
    readOnce<WorkPage>(
      place,
      `/v1/work${queryOf({ ...query, ...claimSaid(claim), within: withinMinutes })}`,
      asking,
    ),
  effects: (query, asking) =>
    readOnce<EffectPage>(place, `${collectionPath('effect')}${queryOf(query)}`, asking),
});
