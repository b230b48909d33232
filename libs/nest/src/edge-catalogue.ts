import type { CommandRule, Registry } from '@orderloom/decider';
import { rejections } from '@orderloom/domain';
import type { CommandSchemas, JsonSchema } from '@orderloom/http';
import { edgeCommandSchemas, eventSchemas } from '@orderloom/wire';

/** Rejection code of the domain -> title of its problem. */
export const problemTitles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(rejections).map(([code, { meaning }]) => [code, meaning]),
);

/** Stream type -> its event types. */
export const eventTypes: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(eventSchemas).map(([stream, schemas]) => [stream, Object.keys(schemas)]),
);

/** Schemas of the commands that callers may send: those of process managers and deadlines are not among them. */
export const outsideCommands = (registry: Registry): CommandSchemas =>
  Object.fromEntries(
    registry.types.map((type) => [
      type.name,
      Object.fromEntries(
        Object.entries(edgeCommandSchemas[type.name] ?? {}).filter(
          ([name]) => (type.commands as Record<string, CommandRule>)[name]?.internal !== true,
        ),
      ) as Record<string, JsonSchema>,
    ]),
  );
