import type { Answer, HistoryEntry, Operation } from './entries.ts';

/** One operation with all that its client came to know of it. Times in microseconds. */
export type Call = {
  readonly operation: Operation;
  readonly invoked: number;
  /** When its client knew; the end of the history where it never did. */
  ended: number;
  answer: Answer | null;
  /** The version that a read gave; `null` for everything else. */
  version: number | null;
};

/** When faults were injected; an unfinished one lasts to the end. */
type FaultWindow = { readonly name: string; readonly from: number; to: number };

export type Calls = { readonly calls: readonly Call[]; readonly faults: readonly FaultWindow[] };

/** Joins each invocation with its end. Throws on an end without invocation: the history is not whole. */
export const callsOf = (history: readonly HistoryEntry[]): Calls => {
  const end = history.reduce((latest, entry) => Math.max(latest, entry.at), 0);
  const calls = new Map<string, Call>();
  const faults: FaultWindow[] = [];
  for (const entry of history) {
    if (entry.kind === 'fault') {
      const open = faults.findLast((fault) => fault.name === entry.name && fault.to === Infinity);
      if (entry.state === 'begin') faults.push({ name: entry.name, from: entry.at, to: Infinity });
      else if (open) open.to = entry.at;
      continue;
    }
    const id = `${entry.client}#${String(entry.op)}`;
    if (entry.kind === 'invoke') {
      calls.set(id, {
        operation: entry.operation,
        invoked: entry.at,
        ended: end,
        answer: null,
        version: null,
      });
      continue;
    }
    const call = calls.get(id);
    if (!call) throw new Error(`the history has an end of ${id}, but not its beginning`);
    call.ended = entry.at;
    if (entry.kind === 'answer') call.answer = entry.answer;
    if (entry.kind === 'read') call.version = entry.version;
  }
  return { calls: [...calls.values()], faults };
};

export const isAcknowledged = (answer: Answer | null): answer is Answer =>
  answer?.outcome === 'accepted' || answer?.outcome === 'duplicate';

/** Whether the client cannot know if it took effect. */
export const isUnknown = (call: Call): boolean => call.answer === null && call.version === null;

/**
 * Calls that succeeded among those that should have: outside fault windows, and without the refusals that the load
 * meant. `null`: there were none.
 */
export const successRate = ({ calls, faults }: Calls): number | null => {
  const outside = calls.filter(
    (call) => !faults.some((fault) => call.invoked <= fault.to && call.ended >= fault.from),
  );
  const counted = outside.filter(
    ({ operation, answer }) =>
      !(operation.kind === 'command' && operation.mayBeRefused && answer !== null && !isAcknowledged(answer)),
  );
  const good = counted.filter((call) => isAcknowledged(call.answer) || call.version !== null);
  return counted.length === 0 ? null : good.length / counted.length;
};
