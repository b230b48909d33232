import type { CommandResult } from '@orderloom/engine';
import type { Told } from '../records/reply-record.ts';

type Command = { readonly tenant: string; readonly commandId: string };

type Waiting = {
  readonly resolve: (result: CommandResult) => void;
  readonly cancel: () => void;
  /** Answered; `open` commands of its cascade are not done yet. */
  answered: { readonly result: CommandResult; open: number } | undefined;
};

const keyOf = ({ tenant, commandId }: Command): string => `${tenant}\0${commandId}`;

/**
 * Callers that wait for an answer, each at most its time; two that wait under one key are answered in turn. Where the answer says that
 * commands are open which it has caused, they wait until those are done too, and what those have caused: a command's
 * end is written after the end of what caused it, so the number is nought only once all are done.
 */
export class WaitingAnswers {
  readonly #waiting = new Map<string, Waiting[]>();

  /** The answer, or what `late` gives when the time is over. */
  wait(command: Command, ms: number, late: () => CommandResult): Promise<CommandResult> {
    const key = keyOf(command);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#drop(key, [waiting]);
        resolve(late());
      }, ms);
      const waiting: Waiting = {
        resolve,
        cancel: () => {
          clearTimeout(timer);
        },
        answered: undefined,
      };
      const others = this.#waiting.get(key);
      if (others === undefined) this.#waiting.set(key, [waiting]);
      else others.push(waiting);
    });
  }

  hear(told: Told): void {
    if (told.kind === 'answer') this.#answer(told.result, told.open);
    else this.#advance(keyOf(told), told.open);
  }

  #answer(result: CommandResult, open: number): void {
    const key = keyOf({ tenant: result.stream.tenant, commandId: result.commandId });
    // Commands of one key are decided in the order in which they were sent, and each is answered.
    const first = this.#waiting.get(key)?.find(({ answered }) => answered === undefined);
    if (first !== undefined) first.answered = { result, open };
    this.#release(key);
  }

  /** One command is done, and has caused `open` more. */
  #advance(key: string, open: number): void {
    for (const { answered } of this.#waiting.get(key) ?? [])
      if (answered !== undefined) answered.open += open - 1;
    this.#release(key);
  }

  #release(key: string): void {
    const done = (this.#waiting.get(key) ?? []).filter(({ answered }) => answered?.open === 0);
    this.#drop(key, done);
    for (const { resolve, cancel, answered } of done) {
      cancel();
      if (answered !== undefined) resolve(answered.result);
    }
  }

  #drop(key: string, gone: readonly Waiting[]): void {
    const left = (this.#waiting.get(key) ?? []).filter((other) => !gone.includes(other));
    if (left.length > 0) this.#waiting.set(key, left);
    else this.#waiting.delete(key);
  }
}
