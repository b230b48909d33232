import { fileURLToPath } from 'node:url';

/** A worker's first file and the flags that its Node needs. */
export type WorkerEntry = { readonly url: URL; readonly execArgv: readonly string[] };

/**
 * The entry file `name` (without its ending) beside the module `from`, an `import.meta.url`. Built code runs its `.js`;
 * code that runs from source, as in specs, runs the `.ts` and reads the other libs from source too.
 */
export const workerEntry = (name: string, from: string): WorkerEntry => {
  const fromSource = fileURLToPath(from).endsWith('.ts');
  return {
    url: new URL(`./${name}${fromSource ? '.ts' : '.js'}`, from),
    execArgv: fromSource ? ['--conditions=@orderloom/source'] : [],
  };
};
