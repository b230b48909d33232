import type { CommandResult, Mechanisms, SnapshotPace } from '@orderloom/engine';
import { join } from 'node:path';
import type { Durability } from '@orderloom/sqlite';
import { startProgram } from './scratch.ts';
import type { Sender } from './sender.ts';

/** What is different about an engine; nothing: it is as the product has it. */
export type Taken = {
  readonly durability?: Durability;
  readonly mechanisms?: Partial<Mechanisms>;
  readonly snapshotPace?: SnapshotPace;
};

export type IpcEngine = Sender & { readonly kill: () => Promise<void> };

type Heard = {
  readonly ready?: true;
  readonly n?: number;
  readonly result?: CommandResult;
  readonly error?: string;
};

/** Starts `engine-program.ts` on a folder and waits until it takes commands. */
export const startEngine = async (
  folder: string,
  taken: Taken,
  env: Readonly<Record<string, string>>,
): Promise<IpcEngine> => {
  const settings = { folder, durability: 'full', mechanisms: {}, ...taken };
  const program = join(import.meta.dirname, 'engine-program.ts');
  const args = ['--conditions=@orderloom/source', program, JSON.stringify(settings)];
  const { child, ended, output } = startProgram(args, env);
  const waiting = new Map<
    number,
    { done: (result: CommandResult) => void; failed: (error: Error) => void }
  >();
  await new Promise<void>((resolve, reject) => {
    child.on('message', ({ ready, n = 0, result, error }: Heard) => {
      if (ready === true) resolve();
      if (result !== undefined) waiting.get(n)?.done(result);
      else if (error !== undefined) waiting.get(n)?.failed(new Error(error));
      waiting.delete(n);
    });
    void ended.then(() => {
      for (const { failed } of waiting.values()) failed(new Error('the engine has ended'));
      waiting.clear();
      reject(new Error(`the engine has ended:\n${output()}`));
    });
  });
  let sent = 0;
  return {
    send: (command) =>
      new Promise((done, failed) => {
        const n = (sent += 1);
        waiting.set(n, { done, failed });
        child.send({ n, command }, (error) => {
          if (error === null) return;
          waiting.delete(n);
          failed(error);
        });
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
