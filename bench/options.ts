import { parseArgs } from 'node:util';
import type { Bench, Size } from './harness/bench.ts';

/** What one call of `npm run bench` asks for. */
export type Options = {
  readonly bench: Bench;
  readonly size: Size;
  readonly json: boolean;
  readonly write: boolean;
  /** `null`: every contender. */
  readonly only: readonly string[] | null;
};

/** The call cannot be understood; the message says what can be asked for. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const helpText = (
  benches: ReadonlyMap<string, Bench>,
): string => `Measures Orderloom beside its peers, on this machine and in this invocation.

  npm run bench -- NAME [--size ci|full] [--only CONTENDER,...] [--json] [--write]

  NAME      ${[...benches.keys()].join(', ')}
  --size    ci: seconds, to see that it runs (default); full: the figures to publish
  --only    some contenders; the others are reported as not measured
  --json    the report as JSON
  --write   puts the report into bench/RESULTS.md

PostgreSQL is looked for, never installed; ORDERLOOM_STACK_INSTALL=1 lets apt-get install it.
Exit code: 0; 1 where a target is missed at full size, or Orderloom could not run; 2 where the call is wrong.
`;

const onlyOf = (bench: Bench, text: string | undefined): readonly string[] | null => {
  if (text === undefined) return null;
  const names = bench.contenders.map(({ name }) => name);
  const only = text.split(',').map((name) => name.trim());
  const stranger = only.find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`${bench.name} has no contender ${stranger}; there are ${names.join(', ')}`);
  return only;
};

/** Reads the command line; `undefined`: help was asked for. `env` gives the default of --size. Throws `UsageError`. */
export const optionsOf = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  benches: ReadonlyMap<string, Bench>,
): Options | undefined => {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [name, ...more] = positionals;
  const bench = benches.get(name ?? '');
  if (!bench || more.length > 0)
    throw new UsageError(`name one bench: ${[...benches.keys()].join(', ')} (--help says more)`);
  const size = values.size ?? env['ORDERLOOM_SIZE'] ?? 'ci';
  if (size !== 'ci' && size !== 'full') throw new UsageError(`--size is ci or full, not ${size}`);
  const only = onlyOf(bench, values.only);
  return { bench, size, only, json: values.json === true, write: values.write === true };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        size: { type: 'string' },
        only: { type: 'string' },
        json: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};
