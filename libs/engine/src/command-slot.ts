import { slotOf, type CommandRule, type Registry } from '@orderloom/decider';
import type { CommandRequest } from './command.ts';

/**
 * The slot that will decide a command, for whoever sends it towards its owner; `undefined`: no such stream type, command
 * or key. A wrong guess is forwarded, a right one is faster.
 */
export const slotOfCommand = (
  registry: Pick<Registry, 'types'>,
  { stream, type, data, commandId }: Pick<CommandRequest, 'stream' | 'type' | 'data' | 'commandId'>,
): number | undefined => {
  const definition = registry.types.find(({ name }) => name === stream.type);
  if (definition === undefined || !Object.hasOwn(definition.commands, type)) return undefined;
  const rule = (definition.commands as Readonly<Record<string, CommandRule>>)[type];
  return rule?.creates === undefined
    ? definition.slotOf(stream.tenant, stream.key)
    : slotOf(stream.tenant, rule.creates.slotKey(data, commandId));
};
