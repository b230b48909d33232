import { CommanderError } from 'commander';
import { EngineError } from '@orderloom/engine';
import { ConfigError } from '@orderloom/runtime';
import { CliError, EXIT, type ExitCode } from './cli-error.ts';

type Ending = {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly details: object;
};

const ending = (exitCode: ExitCode, code: string, message: string, remedy: string): Ending => ({
  ...{ exitCode, code, message, remedy },
  details: {},
});

/** `error: unknown command 'plcae'\n(Did you mean place?)`: what is wrong, and commander's guess. */
const fromCommander = (error: CommanderError): Ending => {
  const [first = '', guess] = error.message.replace(/^error: /, '').split('\n');
  return ending(
    EXIT.usage,
    'usage',
    first,
    guess?.replace(/^\(|\)$/g, '') ?? 'orderloom --help shows what there is',
  );
};

/** How any failure ends the process. */
export const endingOf = (error: unknown): Ending => {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) return fromCommander(error);
  if (error instanceof ConfigError)
    return ending(
      EXIT.usage,
      error.code,
      error.message,
      'correct the environment and run the same line again',
    );
  if (error instanceof EngineError)
    return ending(
      EXIT.unreachable,
      error.code,
      error.message,
      'name another folder with --data, or see the message',
    );
  const message =
    error instanceof Error ? (error.stack ?? error.message) : 'something was thrown that is no error';
  return ending(EXIT.internal, 'internal', message, 'this is a defect: please report it with the text above');
};

/** Help and version are asked for, and end well. */
export const isWellEnded = (error: unknown): boolean =>
  error instanceof CommanderError && error.exitCode === 0;

/** Places in what was sent, where the engine has named them. */
const places = (details: object): readonly string[] => {
  const { errors } = details as {
    readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  };
  return (errors ?? []).map(({ pointer, message }) => `\n  ${pointer} ${message}`);
};

/** An ending as standard error shows it. */
export const endingText = ({ code, message, remedy, details }: Ending, json: boolean): string =>
  json
    ? JSON.stringify({ error: { code, message, remedy, ...details } })
    : `orderloom: ${message}${places(details).join('')}\n  ${remedy}`;
