import type { CheckName } from './findings.ts';
import type { HistoryReport } from './check.ts';

/**
 * H10: a mechanism that the promises rest on, how a test takes it away, and which checks must then fail (at least one).
 * A harness that stays green without the mechanism does not count.
 */
export const NULL_CONTROLS = {
  fsync: { off: 'PRAGMA synchronous=OFF on the log, and a power cut', mustFail: ['acknowledged-lost'] },
  acknowledgeAfterCommit: {
    off: 'engine mechanism `acknowledgeAfterCommit: false`, and a kill or a failed append',
    mustFail: ['acknowledged-lost'],
  },
  dedup: { off: 'engine mechanism `dedup: false`, and commands sent twice', mustFail: ['double-effect'] },
  expectedVersion: {
    off: 'commands sent without the expected version that their history names',
    mustFail: ['expected-version'],
  },
  fencing: {
    off: 'two processors on one log',
    mustFail: ['version-gap', 'sequence-gap', 'broken-chain', 'acknowledged-lost'],
  },
  legality: { off: 'events appended that no decider let through', mustFail: ['illegal', 'unfoldable'] },
  deadlineOnce: { off: 'a deadline command sent again', mustFail: ['deadline-twice', 'double-effect'] },
  deadlineInstant: { off: 'deadlines fired before they are due', mustFail: ['deadline-early'] },
  deadlineMemory: { off: 'deadlines not read back after a restart', mustFail: ['deadline-lost'] },
} as const satisfies Readonly<Record<string, { off: string; mustFail: readonly CheckName[] }>>;

export type NullControl = keyof typeof NULL_CONTROLS;

/** The checks that noticed that the mechanism was gone; empty: the null control did not fail as it must. */
export const noticed = (report: HistoryReport, gone: NullControl): readonly CheckName[] =>
  NULL_CONTROLS[gone].mustFail.filter((check) => (report.found[check] ?? 0) > 0);
