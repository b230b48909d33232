import type { Registry } from '@orderloom/decider';
import { checkAcknowledged, commandsOf } from './acknowledged.ts';
import type { HistoryEntry } from './entries.ts';
import { findings, type CheckName, type HistoryViolation } from './findings.ts';
import { Folds, type DeadlineFigures, type Legal } from './folds.ts';
import { LogReading, type LogEvent } from './log-book.ts';
import { callsOf, isAcknowledged, isUnknown, successRate } from './operations.ts';
import { checkRealTime } from './real-time.ts';

export type CheckOptions = {
  readonly history: readonly HistoryEntry[];
  /** The whole log, in its order, read after everything had come to rest. */
  readonly log: Iterable<LogEvent>;
  readonly registry: Registry;
  readonly legal?: Legal;
  /** ms since 1970 UTC: every deadline due then has had its time. Left out: no deadline counts as lost. */
  readonly quietAt?: number;
  /** Checks that are not made: a null control of the checker itself. */
  readonly off?: readonly CheckName[];
  /** Least share of successful calls outside fault windows; 0.9 unless said. */
  readonly leastSuccess?: number;
};

export type HistoryReport = {
  /** It counts, and there is no violation. */
  readonly passed: boolean;
  /** Whether enough calls succeeded for the run to say anything (H9): a run in which all fail violates nothing. */
  readonly counts: boolean;
  /** `null`: no call outside fault windows. */
  readonly successRate: number | null;
  /** The first hundred of each check. */
  readonly violations: readonly HistoryViolation[];
  readonly found: Readonly<Partial<Record<CheckName, number>>>;
  readonly figures: {
    readonly calls: number;
    readonly acknowledged: number;
    readonly refused: number;
    readonly reads: number;
    readonly unknown: number;
    /** Commands known to no client as accepted that are in the log: allowed, and worth seeing. */
    readonly unknownInLog: number;
    readonly events: number;
    readonly streams: number;
    readonly deadlines: DeadlineFigures;
  };
};

/**
 * Compares what clients saw with what the log says: H1-H4, H8 and H9. It knows the stream types only through the
 * registry's folds, never asks `decide`, and shares no code with the engine. O(events + calls log calls).
 */
export const checkHistory = (options: CheckOptions): HistoryReport => {
  const { history, log, registry, leastSuccess = 0.9 } = options;
  const found = findings(options.off ?? []);
  const folds = new Folds(registry, found, options.legal);
  const book = new LogReading(registry, found);
  for (const event of log) {
    book.add(event);
    folds.add(event);
  }
  const joined = callsOf(history);
  const { calls } = joined;
  const commands = commandsOf(calls);
  const unknownInLog = checkAcknowledged(commands, book, found);
  checkRealTime(commands, calls, book, found);
  const deadlines = folds.finish(options.quietAt);
  const rate = successRate(joined);
  const counts = rate !== null && rate >= leastSuccess;
  return {
    passed: counts && Object.keys(found.counts()).length === 0,
    counts,
    successRate: rate,
    violations: found.list(),
    found: found.counts(),
    figures: {
      calls: calls.length,
      acknowledged: calls.filter((call) => isAcknowledged(call.answer)).length,
      refused: calls.filter((call) => call.answer !== null && !isAcknowledged(call.answer)).length,
      reads: calls.filter((call) => call.version !== null).length,
      unknown: calls.filter(isUnknown).length,
      unknownInLog,
      events: book.events,
      streams: book.streams.size,
      deadlines,
    },
  };
};
