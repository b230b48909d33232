import { indexOfStatus, statusKey, type Lifecycle, type Status } from './compiled.ts';

/** Another status in place of one that is there no more, or not meant any more. */
export type Move = { readonly region: string; readonly from: string; readonly to: string };

export type StatusFault = {
  readonly kind: 'vanished-region' | 'vanished-status' | 'unreachable-mixture';
  readonly what: string;
};

/**
 * Where an order stands once it follows another lifecycle: each region in the status it has, or in the one that a move
 * names; a region that is new in its first. Or why it can stand nowhere.
 */
export const movedStatus = (
  before: Lifecycle,
  after: Lifecycle,
  status: Status,
  moves: readonly Move[],
): { readonly status: Status; readonly index: number } | { readonly faults: readonly StatusFault[] } => {
  const { regions } = after.definition;
  const faults: StatusFault[] = Object.keys(before.definition.regions)
    .filter((region) => !Object.hasOwn(regions, region))
    .map((region) => ({ kind: 'vanished-region', what: region }));
  const next: Record<string, string> = {};
  for (const [region, { initial, statuses }] of Object.entries(regions)) {
    const now = status[region];
    const move = moves.find((one) => one.region === region && one.from === now);
    const to = move?.to ?? now ?? initial;
    if (!Object.hasOwn(statuses, to)) faults.push({ kind: 'vanished-status', what: `${region}.${to}` });
    next[region] = to;
  }
  if (faults.length > 0) return { faults };
  const index = indexOfStatus(after, next);
  return index < 0
    ? { faults: [{ kind: 'unreachable-mixture', what: statusKey(next) }] }
    : { status: next, index };
};
