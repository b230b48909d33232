/** Something to be closed on the way out; `name` appears in the log. */
export type Closer = { readonly name: string; readonly close: () => void | Promise<void> };

export type StopOptions = {
  /** Closed one after the other, in this order: what takes input first, what keeps data last. */
  readonly closers: readonly Closer[];
  /** All closers together; past it the process ends with code 1. */
  readonly limitMs: number;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly error: (fields: object, message: string) => void;
  };
  readonly exit: (code: number) => void;
};

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** Runs every closer, whether the one before it failed or not; true if all went well. */
const closeAll = async ({ closers, log }: StopOptions): Promise<boolean> => {
  let clean = true;
  for (const { name, close } of closers) {
    try {
      await close();
    } catch (error) {
      clean = false;
      log.error({ closer: name, error: nameOf(error) }, 'could not be closed');
    }
  }
  return clean;
};

/**
 * Ends the process in order on SIGTERM or SIGINT: exit code 0 when everything was closed, 1 when something could not
 * be or took too long, 128 + signal when a second signal arrives. The returned function does the same without a signal.
 */
export const onStop = (options: StopOptions): ((reason: string) => Promise<void>) => {
  let stopping: Promise<void> | undefined;

  const run = async (reason: string): Promise<void> => {
    options.log.info({ reason }, 'stopping');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, options.limitMs, 'late');
    });
    const outcome = await Promise.race([closeAll(options), late]);
    clearTimeout(timer);
    if (outcome === 'late') options.log.error({ limitMs: options.limitMs }, 'not closed in time');
    else options.log.info({ clean: outcome }, 'stopped');
    options.exit(outcome === true ? 0 : 1);
  };
  const stop = (reason: string): Promise<void> => (stopping ??= run(reason));

  for (const [signal, code] of Object.entries(SIGNALS))
    process.on(signal, () => {
      if (stopping) options.exit(code);
      else void stop(signal);
    });
  return stop;
};
