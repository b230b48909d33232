#!/usr/bin/env node
import { endingOf, endingText, isWellEnded } from './ending.ts';
import { program } from './program.ts';

try {
  await program().parseAsync(process.argv);
} catch (error) {
  if (!isWellEnded(error)) {
    const ending = endingOf(error);
    process.stderr.write(`${endingText(ending, process.argv.includes('--json'))}\n`);
    process.exitCode = ending.exitCode;
  }
}
