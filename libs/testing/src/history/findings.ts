/** Each thing that a checked run may not show. H1-H4 and H8 name the promise it breaks. */
export const CHECKS = {
  /** H1 An acknowledged command is not in the log, or not as it was answered. */
  'acknowledged-lost': 'H1',
  /** H2 The order of versions contradicts the order in which clients saw things happen. */
  'real-time-order': 'H2',
  /** H2 A command took effect at another version than the one its sender expected. */
  'expected-version': 'H2',
  /** H3 A stream's versions are not 1, 2, 3 … */
  'version-gap': 'H3',
  /** H3 A slot's sequences are not 1, 2, 3 … */
  'sequence-gap': 'H3',
  /** H3 An event does not carry the hash of the one before it in its stream. */
  'broken-chain': 'H3',
  /** H3 An event stands in another slot than its key's. */
  'wrong-slot': 'H3',
  /** H3 One command id took effect twice. */
  'double-effect': 'H3',
  /** H4 An event does not follow from its stream's state. */
  illegal: 'H4',
  /** H4 `evolve` throws on a recorded event. */
  unfoldable: 'H4',
  /** H4 A command that was refused is in the log. */
  'refused-effect': 'H4',
  /** H8 A deadline that was due did not take effect. */
  'deadline-lost': 'H8',
  /** H8 A deadline took effect that its stream did not hold (any more). */
  'deadline-twice': 'H8',
  /** H8 A deadline took effect before its time. */
  'deadline-early': 'H8',
} as const;

export type CheckName = keyof typeof CHECKS;

export type HistoryViolation = { readonly check: CheckName; readonly what: string };

/** Collects violations: counts all, keeps the first hundred of each check. */
export type Findings = {
  readonly add: (check: CheckName, what: string) => void;
  readonly list: () => readonly HistoryViolation[];
  readonly counts: () => Readonly<Partial<Record<CheckName, number>>>;
};

const KEPT = 100;

export const findings = (off: readonly CheckName[]): Findings => {
  const kept: HistoryViolation[] = [];
  const counts: Partial<Record<CheckName, number>> = {};
  return {
    add: (check, what) => {
      if (off.includes(check)) return;
      const count = (counts[check] = (counts[check] ?? 0) + 1);
      if (count <= KEPT) kept.push({ check, what });
    },
    list: () => kept,
    counts: () => counts,
  };
};
