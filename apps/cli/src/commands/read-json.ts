import { readFileSync } from 'node:fs';
import { usageError } from '../cli-error.ts';

const textOf = (source: string): string => {
  if (source.trimStart().startsWith('{')) return source;
  const file = source.startsWith('@') ? source.slice(1) : source;
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw usageError(
      `${file} cannot be read (${code})`,
      'give JSON itself, the name of a file, or - for standard input',
    );
  }
};

/** A JSON object: written out, in a file (`@name` or `name`), or `-` for standard input. Throws a usage error. */
export const jsonObject = (source: string): object => {
  let value: unknown;
  try {
    value = JSON.parse(textOf(source));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw usageError('that is no JSON', 'quote it for the shell: \'{"reason":"late"}\'');
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError('that is no JSON object', 'begin with { and end with }');
  return value;
};
