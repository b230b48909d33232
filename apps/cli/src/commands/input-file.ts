import { readFileSync } from 'node:fs';
import { CliError, EXIT, usageError } from '../cli-error.ts';
import type { FileProblem } from '../import/mapping.ts';

/** The bytes of a file that was named. Throws a usage error. */
export const readInput = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw usageError(`${file} cannot be read (${code})`, 'check the path of the file');
  }
};

const SHOWN_PROBLEMS = 20;

/** A file that cannot be used: what is wrong with it, and the proof that nothing was applied is that nothing was sent. */
export const unusableFile = (
  file: string,
  done: 'imported' | 'reconciled',
  problems: readonly FileProblem[],
): CliError => {
  const lines = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(
      ({ line, rowId, reason, remedy }) =>
        `line ${line}${rowId === null ? '' : ` (row ${rowId})`}: ${reason}; ${remedy}`,
    );
  const more = problems.length - lines.length;
  const heading = `${file} cannot be ${done}, and nothing of it was:`;
  return new CliError(EXIT.refused, {
    code: 'file-unusable',
    message: [heading, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '),
    remedy: 'correct the file and run the same line again',
    details: { problems },
  });
};
