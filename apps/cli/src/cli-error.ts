/** How the process ends; docs/reference/cli.md lists them. */
export const EXIT = { ok: 0, refused: 1, usage: 2, notAvailable: 3, unreachable: 4, internal: 70 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command: what happened, a stable code, and what the user can do about it. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly remedy: string;
  /** More lines for people; more fields for `--json`. */
  readonly details: object;
  constructor(exitCode: ExitCode, code: string, message: string, remedy: string, details: object = {}) {
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
  new CliError(EXIT.usage, 'usage', message, remedy);

/** There is no engine to talk to, and none could be started. */
export const unreachable = (code: string, message: string, remedy: string): CliError =>
  new CliError(EXIT.unreachable, code, message, remedy);
