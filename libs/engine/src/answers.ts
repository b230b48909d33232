import type { CommandResult } from './command.ts';
import type { Waiting } from './command-queue.ts';
import { engineRejection, refused, type EngineCode } from './processor/results.ts';

/** A command that was decided; `undefined`: another partition will answer it. */
export type Answered = {
  readonly waiting: Waiting;
  readonly result: CommandResult | undefined;
  /** It has moved a clock, in this group or in groups before it. */
  readonly moved?: boolean;
};

/** Tells callers what became of their commands, and counts it. */
export class Answers {
  readonly counts: Record<CommandResult['outcome'], number> = {
    accepted: 0,
    duplicate: 0,
    refused: 0,
    conflict: 0,
    unavailable: 0,
    pending: 0,
  };

  give(answered: readonly Answered[]): void {
    for (const { waiting, result } of answered) {
      if (result === undefined) continue;
      this.counts[result.outcome]++;
      waiting.resolve(result);
    }
  }

  /** Nothing of these commands was applied; sent again, they may be. */
  refuse(waiting: readonly Waiting[], code: EngineCode, reason: string): void {
    for (const { request, resolve } of waiting) {
      this.counts.unavailable++;
      resolve(refused(request, engineRejection(code, 'state', reason), { outcome: 'unavailable' }));
    }
  }
}
