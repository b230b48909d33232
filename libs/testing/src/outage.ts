import type { Fault } from './fault-proxy.ts';

type OutageOptions = {
  readonly ms: number;
  /** Failures of whoever is behind the proxy, counted. */
  readonly failed: () => number;
  /** Whether it begins with the answer to this request. */
  readonly beginsAfter?: (request: Parameters<Fault>[0]) => boolean;
};

export type Outage = { readonly fault: Fault; readonly begin: () => void };

/**
 * A server that is away from `begin` on, or from the answer to a certain request, for a while and until somebody has
 * failed at it: on a busy machine the first one may come late.
 */
export const outage = ({ ms, failed, beginsAfter = () => false }: OutageOptions): Outage => {
  let away: { readonly until: number; readonly failed: number } | undefined;
  let isOver = false;
  const begin = (): void => {
    away ??= { until: Date.now() + ms, failed: failed() };
  };
  const fault: Fault = async (request, forward) => {
    isOver ||= away !== undefined && Date.now() >= away.until && failed() > away.failed;
    if (away !== undefined && !isOver) return 'cut';
    const answer = await forward();
    if (beginsAfter(request)) begin();
    return answer;
  };
  return { fault, begin };
};
