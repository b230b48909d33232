import { endingOf, endingText, isWellEnded } from './ending.ts';
import { program } from './program.ts';

/** Runs one command line; a failure is told on standard error and by the exit code. Never throws. */
export const runProgram = async (argv: readonly string[]): Promise<void> => {
  try {
    await program().parseAsync(argv);
  } catch (error) {
    if (isWellEnded(error)) return;
    const ending = endingOf(error);
    process.stderr.write(`${endingText(ending, argv.includes('--json'))}\n`);
    process.exitCode = ending.exitCode;
  }
};
