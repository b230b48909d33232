/** How the process ends. */
export const EXIT = { ok: 0, refused: 1, usage: 2, notAvailable: 3, unreachable: 4, internal: 70 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What went wrong: a stable code, what happened, what the user can do about it, more fields for `--json`. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly details?: object;
};

/** Ends the command with an exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly remedy: string;
  readonly details: object;
  constructor(exitCode: ExitCode, { code, message, remedy, details = {} }: Failure) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.code = code;
    this.remedy = remedy;
    this.details = details;
  }
}

/** The command line says something that cannot be. */
export const usageError = (message: string, remedy: string): CliError =>
  new CliError(EXIT.usage, { code: 'usage', message, remedy });

/** There is no engine to talk to, and none could be started. */
export const unreachable = (code: string, message: string, remedy: string): CliError =>
  new CliError(EXIT.unreachable, { code, message, remedy });
