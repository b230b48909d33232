import { streamIdOf } from '@orderloom/decider';
import type { FrameParts, WriterSchema } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';

/** A numbering of schemas that grows: by fingerprint, so that a schema has one number whatever the numbers it comes with. */
export type SchemaNumbering = {
  readonly schemas: () => readonly WriterSchema[];
  /** Its number, a new one if it was not met before. */
  readonly numberOf: (schema: WriterSchema) => number;
};

/** Goes on behind what is known. */
export const schemaNumbering = (known: readonly WriterSchema[]): SchemaNumbering => {
  const schemas = [...known];
  const byFingerprint = new Map(schemas.map(({ fingerprint, id }) => [fingerprint, id]));
  return {
    schemas: () => schemas,
    numberOf: (schema) => {
      const number = byFingerprint.get(schema.fingerprint) ?? schemas.length + 1;
      if (number > schemas.length) {
        schemas.push({ ...schema, id: number });
        byFingerprint.set(schema.fingerprint, number);
      }
      return number;
    },
  };
};

/** Gives a group in another numbering; `onFrame` is told of each frame. */
export type Renumber = (
  group: StoredGroup,
  onFrame?: (streamId: string, frame: Buffer) => void,
) => StoredGroup;

/**
 * Carries frames from one log's numbering of schemas into another, which grows as schemas are met. Nothing of an event
 * changes, its identity included.
 */
export const renumbering = (from: FrameParts, to: SchemaNumbering): Renumber => {
  const numbers = new Map<number, number>();
  const numberOf = (foreign: number): number => {
    const met = numbers.get(foreign);
    if (met !== undefined) return met;
    const number = to.numberOf(from.schemaOf(foreign));
    numbers.set(foreign, number);
    return number;
  };
  return ({ frames, ...group }, onFrame) => {
    const source = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    const joined: Buffer[] = [];
    for (let at = 0; at < source.length;) {
      const { schema, attributes, payload, stream, end } = from.cut(source, at);
      const frame = from.join(numberOf(schema), attributes, payload);
      joined.push(frame);
      onFrame?.(streamIdOf(stream), frame);
      at = end;
    }
    return { ...group, frames: Buffer.concat(joined) };
  };
};
