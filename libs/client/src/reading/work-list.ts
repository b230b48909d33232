import type { SearchQuestion } from '@orderloom/engine';
import { idLists, WITHIN_MINUTES, workLists, workQuestion } from '@orderloom/views';
import { cursorTo, pageLimit, placeIn, refuseQuery } from './order-list.ts';
import type { WorkQuery } from './reading.ts';

const MINUTE_MS = 60_000;

type Asked = { readonly question: SearchQuestion; readonly cursorOf: (place: string) => string };

/** Whose work, in the words of the views. */
const claimedBy = (claim: WorkQuery['claim']) => {
  if (claim === undefined) return null;
  if (typeof claim === 'object') return { actor: claim.by };
  return claim === 'unclaimed' ? ({ nobody: true } as const) : ({ somebody: true } as const);
};

/** What a query asks of the views at an instant. Throws for one that cannot be used. */
export const workOf = (tenant: string, query: WorkQuery, now: number): Asked => {
  const { list, claim, withinMinutes = WITHIN_MINUTES.usual, cursor } = query;
  if (!workLists.includes(list)) return refuseQuery(`there are the lists ${workLists.join(', ')}`);
  if (!(Number.isInteger(withinMinutes) && withinMinutes >= 0 && withinMinutes <= WITHIN_MINUTES.most))
    return refuseQuery(`withinMinutes must be a whole number from 0 to ${WITHIN_MINUTES.most}`);
  const claimed = claimedBy(claim);
  const asked = workQuestion({ list, now, withinMs: withinMinutes * MINUTE_MS, claimed });
  const lists = [...asked.lists, ...idLists(query, refuseQuery)];
  const name = JSON.stringify(['work', list, claimed, withinMinutes, lists]);
  return {
    question: {
      ...{ ...asked, tenant, lists, terms: [], from: null, until: null, counted: [] },
      limit: pageLimit(query.limit),
      before: cursor === undefined ? null : placeIn(cursor, name),
    },
    cursorOf: (place) => cursorTo(place, name),
  };
};
