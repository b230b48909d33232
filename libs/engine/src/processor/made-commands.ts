// Commands that nobody sent: what a deadline becomes, what a refusal becomes, and what is kept of one that broke.
import type { Command } from '@orderloom/decider';
import { commandRequest, type CommandRequest, type CommandResult } from '../command.ts';
import type { DeadLetter } from '../ports/event-log.ts';
import type { RipeDeadline } from './deadlines.ts';
import { sentCommandId } from './hashes.ts';
import type { RegistryIndex } from './registry-index.ts';

export const deadlineCommand = ({ entry, deadline }: RipeDeadline): CommandRequest =>
  commandRequest({
    stream: entry.ref,
    type: deadline.command.type,
    data: deadline.command.data,
    commandId: `deadline/${entry.id}/${deadline.name}/${String(deadline.due)}`,
    hops: 1,
    actor: 'engine',
    occurredAt: deadline.due,
  });

/** Each command that a process manager sends declares what its refusal becomes on the stream that sent it. */
export const refusalCommand = (
  registry: RegistryIndex,
  request: CommandRequest,
  result: CommandResult,
): CommandRequest | undefined => {
  if (request.origin === null || result.rejection === null) return undefined;
  const origin = registry.types.get(request.origin.type)?.definition;
  const command: Command | undefined = origin?.onRefused?.[request.type]?.(
    request.data,
    result.rejection,
    request.stream,
  );
  if (command === undefined) return undefined;
  const { expectedSection: _, ...sent } = request;
  return {
    ...sent,
    stream: request.origin,
    type: command.type,
    data: command.data,
    commandId: sentCommandId(`${request.commandId}/refused`, 0),
    hops: request.hops + 1,
    expectedVersion: null,
    origin: null,
  };
};

export const deadLetterOf = (request: CommandRequest, error: unknown, recordedAt: number): DeadLetter => ({
  commandId: request.commandId,
  stream: request.stream,
  commandType: request.type,
  code: 'internal-error',
  reason: error instanceof Error ? error.name : 'the decider threw',
  recordedAt,
  data: JSON.stringify(request.data, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  ),
});
