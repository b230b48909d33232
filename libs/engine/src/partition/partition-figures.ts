import type { CommandResult } from '../command.ts';
import { Lateness } from '../lateness.ts';
import type { PartitionStep } from '../ports/partition-port.ts';
import type { Round } from './decide-round.ts';

/** What a partition has done in this process. */
export class PartitionFigures {
  readonly lateness = new Lateness();
  readonly outcomes = new Map<CommandResult['outcome'], number>();
  steps = 0;
  events = 0;
  forwarded = 0;
  decideMs = 0;
  commitMs = 0;
  /** Grows whenever slots have come to be decided here: what was asked before for their deadlines is void. */
  openings = 0;

  /** A round is durable. */
  protected count({ step, results, late }: Round): void {
    this.steps++;
    this.events += step.count;
    this.forwarded += step.outbound.length;
    for (const ms of late) this.lateness.add(ms);
    for (const { outcome } of results) this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** A step is durable that opens so many slots. */
  protected countOpenings({ moves }: PartitionStep): number {
    const opened = moves.filter(({ kind }) => kind === 'opened').length;
    this.openings += opened;
    return opened;
  }
}
