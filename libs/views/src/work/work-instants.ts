import { isUnsent, threateningDeadline, type WorkList } from '@orderloom/domain';
import type { OrderDocument } from '../order-document.ts';

/** Goods that could leave for so long, and have not, are late. */
const DISPATCH_WITHIN_MS = 24 * 60 * 60 * 1000;

/** What becomes of an order where nobody does anything: a deadline by its name, or what makes it late. */
export type Risk = { readonly why: string; readonly at: number };

/** The first thing that happens, or has happened, where nobody does anything; `undefined`: nothing does. */
export const firstRisk = ({ state, work }: OrderDocument): Risk | undefined => {
  const risks: Risk[] = [];
  const deadline = threateningDeadline(state);
  if (deadline !== undefined) risks.push({ why: deadline.name, at: deadline.due });
  if (work.heldAt !== null) risks.push({ why: 'held', at: work.heldAt });
  if (work.unansweredAt !== null) risks.push({ why: 'unanswered', at: work.unansweredAt });
  if (work.readyAt !== null && isUnsent(state))
    risks.push({ why: 'dispatch', at: work.readyAt + DISPATCH_WITHIN_MS });
  return risks.sort((a, b) => a.at - b.at)[0];
};

/** When an order is to be worked on in each list, the first one first; `null`: it is not in it. */
const dueIn: Readonly<Record<WorkList, (order: OrderDocument) => number | null>> = {
  'to-ship': ({ work }) => (work.isToShip ? work.readyAt : null),
  'to-refund': ({ work }) => work.owedAt,
  'to-clarify': ({ work }) => work.unclearAt,
  'to-resolve': ({ work }) => work.returnedAt,
  disputed: ({ work }) => work.disputedAt,
  'at-risk': (order) => firstRisk(order)?.at ?? null,
};

const dues = Object.entries(dueIn);

/** The names of the lists of work. */
export const workLists: readonly string[] = dues.map(([list]) => list);

/** The instant of a document until which somebody works on it in a list. */
export const claimedInstant = (list: string): string => `claimed-${list}`;

/** The list that a document stands in, once somebody has claimed it in a list of work, over or not. */
export const claimedBy = (list: string, by: string): string => `claimed-by:${list}/${by}`;

/** The instants of an order: by the name of each list of work that it is in, and until when it is claimed there. */
export const workInstants = (order: OrderDocument): Readonly<Record<string, number>> => {
  const instants: Record<string, number> = {};
  for (const [list, due] of dues) {
    const at = due(order);
    if (at !== null) instants[list] = at;
  }
  for (const { list, until } of order.state.handling?.claims ?? []) instants[claimedInstant(list)] = until;
  return instants;
};
