import type { CommandResult } from '@orderloom/engine';

type Waiting = { readonly resolve: (result: CommandResult) => void; readonly cancel: () => void };

const keyOf = (tenant: string, commandId: string): string => `${tenant}\0${commandId}`;

/** Callers that wait for an answer, each at most its time; two may wait under one key. */
export class WaitingAnswers {
  readonly #waiting = new Map<string, Waiting[]>();

  /** The answer, or what `late` gives when the time is over. */
  wait(
    command: { readonly tenant: string; readonly commandId: string },
    ms: number,
    late: () => CommandResult,
  ): Promise<CommandResult> {
    const key = keyOf(command.tenant, command.commandId);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#drop(key, waiting);
        resolve(late());
      }, ms);
      const waiting = {
        resolve,
        cancel: () => {
          clearTimeout(timer);
        },
      };
      const others = this.#waiting.get(key);
      if (others === undefined) this.#waiting.set(key, [waiting]);
      else others.push(waiting);
    });
  }

  answer(result: CommandResult): void {
    const key = keyOf(result.stream.tenant, result.commandId);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const { resolve, cancel } of waiting) {
      cancel();
      resolve(result);
    }
  }

  #drop(key: string, waiting: Waiting): void {
    const left = (this.#waiting.get(key) ?? []).filter((other) => other !== waiting);
    if (left.length > 0) this.#waiting.set(key, left);
    else this.#waiting.delete(key);
  }
}
