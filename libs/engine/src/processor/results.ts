import type { Rejection, StreamRef } from '@orderloom/decider';
import type { CommandRequest, CommandResult } from '../command.ts';
import type { Partition } from './partition.ts';
import type { StreamEntry } from './stream-entry.ts';

/** Rejection codes that the engine itself gives; the others are the domain's. */
export const ENGINE_CODES = {
  'unknown-tenant': 'The tenant does not exist.',
  'unknown-stream': 'There is no stream of that type and key.',
  'unknown-command': 'The stream type has no such command for callers.',
  'idempotency-key-reused': 'The key was used before, for other content.',
  'version-conflict': 'The stream is at another version than the caller expected.',
  'unknown-section': 'The stream has no section of that name.',
  'precondition-required': 'The command must say the version that it was decided upon.',
  'actor-required': 'Somebody has to answer for the command, and it names no actor.',
  'clock-ahead': 'A simulated clock cannot be made real while it is ahead of real time.',
  'stream-quarantined': 'An event of the stream cannot be read; it takes no commands until it is repaired.',
  'internal-error': 'The command could not be decided; it is kept as a dead letter.',
  malformed: 'The content does not fit its schema.',
  'history-unavailable':
    'The stream is not in memory, and its history cannot be read at the moment; nothing was applied.',
  'log-unavailable': 'The log takes no writes at the moment; nothing was applied.',
  pending:
    'The command is kept and will be decided; its answer has not come yet. Ask again with the same key.',
  'not-available': 'This version cannot do that yet.',
} as const;

export type EngineCode = keyof typeof ENGINE_CODES;

/** A rejection by the engine, before any decider was asked. */
export const engineRejection = (code: EngineCode, kind: Rejection['kind'], reason?: string): Rejection => ({
  code,
  kind,
  reason: reason ?? ENGINE_CODES[code],
});

/** A result that appended nothing. `entry` gives version and explanation where the stream exists. */
export const refused = (
  request: CommandRequest,
  rejection: Rejection,
  options: {
    readonly entry?: StreamEntry | undefined;
    readonly global?: unknown;
    readonly outcome?: CommandResult['outcome'];
  } = {},
): CommandResult => {
  const { entry } = options;
  const exists = entry !== undefined && entry.version > 0;
  const sections = options.outcome === 'conflict' && exists ? entry.type.definition.sections : undefined;
  return {
    commandId: request.commandId,
    stream: entry?.ref ?? request.stream,
    outcome: options.outcome ?? 'refused',
    version: entry?.version ?? 0,
    position: null,
    rejection,
    explanation:
      exists && entry.quarantine === null ? entry.type.definition.explain(entry.state, options.global) : null,
    ...(sections !== undefined && { sections: sections(entry?.state) }),
  };
};

const BEFORE = { 'unknown-stream': 'refused', 'log-unavailable': 'unavailable', pending: 'pending' } as const;

/** What the sender of a command says where no processor has answered it. */
export const refusedBefore = (request: CommandRequest, code: keyof typeof BEFORE): CommandResult =>
  refused(request, engineRejection(code, code === 'unknown-stream' ? 'missing' : 'state'), {
    outcome: BEFORE[code],
  });

export const duplicate = (request: CommandRequest, stream: StreamRef, version: number): CommandResult => ({
  commandId: request.commandId,
  stream,
  outcome: 'duplicate',
  version,
  position: null,
  rejection: null,
  explanation: null,
});

/** The result with its slot's position behind everything that has followed since. */
export const atPositionNow = (
  { sequences }: Pick<Partition, 'sequences'>,
  result: CommandResult,
): CommandResult => {
  if (result.position === null) return result;
  const { slot } = result.position;
  return { ...result, position: { slot, sequence: sequences[slot] ?? 0 } };
};
