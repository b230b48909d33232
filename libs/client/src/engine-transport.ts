import type { CommandRule, Rejection, Registry, StreamRef } from '@orderloom/decider';
import {
  commandRequest,
  type CommandRequest,
  type CommandResult,
  type Engine,
  type KeyStore,
} from '@orderloom/engine';
import { edgeCommand, holdsCardNumber, isForeign } from '@orderloom/wire';
import { refusedResult, resultOf, type Result } from './result.ts';
import { sendPatiently } from './sending.ts';
import type { Outgoing, Transport } from './transport.ts';

/** What stands behind a transport that speaks to an engine without an edge between: it does what the edge would do. */
export type EngineParts = {
  readonly registry: Registry;
  /** Seals what is personal. Without one, commands with personal data are refused. */
  readonly keyStore: KeyStore | undefined;
  /** Refusals that come before sending; `undefined`: none. */
  readonly precheck: (stream: StreamRef, type: string, data: object) => Rejection | undefined;
  readonly send: (request: CommandRequest) => Promise<CommandResult>;
  readonly statusOf: Engine['statusOf'];
  /** The order that a foreign id leads to; left out where nobody can be asked. */
  readonly orderBehind?: (stream: StreamRef) => Promise<StreamRef | undefined>;
};

const ruleOf = (registry: Registry, { stream, type }: Outgoing): CommandRule | undefined => {
  const commands = registry.types.find(({ name }) => name === stream.type)?.commands as
    Readonly<Record<string, CommandRule>> | undefined;
  return commands !== undefined && Object.hasOwn(commands, type) ? commands[type] : undefined;
};

const unknownCommand = ({ key, stream, type }: Outgoing): Result =>
  refusedResult(key, {
    code: 'unknown-command',
    reason: `${stream.type} has no command ${type} for callers`,
  });

const hasPersonalData = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'receiver' in data && data.receiver !== null;

/** The data as an engine takes it: whole, checked, and sealed. */
const preparedData = (parts: EngineParts, command: Outgoing): { readonly data: object } | Result => {
  const { stream, type, key, data } = command;
  const { keyStore } = parts;
  if (keyStore === undefined && hasPersonalData(data))
    return refusedResult(key, {
      code: 'not-available',
      reason: 'personal data needs a key store to seal it',
    });
  const sealer = { keyStore: keyStore as KeyStore, tenant: stream.tenant, commandId: key };
  const prepared = edgeCommand(stream.type, type, data, sealer);
  if (prepared.outcome === 'valid') return prepared;
  const reason = 'The command breaks its schema';
  return refusedResult(key, { code: 'invalid-command', reason, errors: prepared.violations });
};

/** The order that is called by its foreign id, or why nothing can be sent to it. */
const foreignOrder = async (
  { orderBehind }: EngineParts,
  { stream, key }: Outgoing,
): Promise<StreamRef | Result> => {
  if (orderBehind === undefined)
    return refusedResult(key, {
      code: 'not-available',
      reason: 'foreign ids are looked up by an engine or its edge; there is none here',
    });
  const order = await orderBehind(stream);
  return (
    order ??
    refusedResult(key, { code: 'unknown-stream', reason: 'no order of this tenant has that foreign id' })
  );
};

const prepared = (parts: EngineParts, command: Outgoing): ReturnType<Transport['prepare']> => {
  const { stream, type, key, expectedVersion, expectedSection, actor } = command;
  const rule = ruleOf(parts.registry, command);
  const creates = rule?.creates !== undefined;
  if (rule === undefined || rule.internal === true || creates !== (stream.key === ''))
    return unknownCommand(command);
  if (holdsCardNumber(stream.key))
    return refusedResult(key, { code: 'invalid-key', reason: 'A key must not hold a payment card number' });
  const checked = preparedData(parts, command);
  if (!('data' in checked)) return checked;
  const { data } = checked;
  const rejection = parts.precheck(stream, type, data);
  if (rejection !== undefined) {
    const { code, reason, pointer } = rejection;
    const errors = pointer === undefined ? [] : [{ pointer, message: reason }];
    return refusedResult(key, { code, reason, errors });
  }
  const request = commandRequest({
    ...{ stream, type, data, commandId: key, expectedVersion, actor },
    ...(expectedSection !== undefined && { expectedSection }),
  });
  const attempt = async () => {
    const own = isForeign(stream) ? await foreignOrder(parts, command) : undefined;
    if (own !== undefined && 'outcome' in own) return own;
    const answered = await parts.send(own === undefined ? request : { ...request, stream: own });
    return resultOf(answered, () => parts.statusOf(answered.stream));
  };
  return { outcome: 'prepared', attempt };
};

export const engineTransport = (parts: EngineParts): Pick<Transport, 'prepare' | 'sendAll'> => ({
  prepare: (command) => prepared(parts, command),
  // All are sent in one turn, in their order: what is decided together shares a group, or a transaction.
  sendAll: (commands, patience) =>
    Promise.all(
      commands.map(async (command) => {
        const ready = prepared(parts, command);
        return ready.outcome === 'prepared' ? sendPatiently(command.key, ready.attempt, patience) : ready;
      }),
    ),
});
