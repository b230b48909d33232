import { streamIdOf } from '@orderloom/decider';
import type { FrameParts, WriterSchema } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';

export type Renumbering = {
  /** The numbering that groups are given, as far as it has come. */
  readonly schemas: () => readonly WriterSchema[];
  /** The group in that numbering; `onFrame` is told of each frame. */
  readonly group: (group: StoredGroup, onFrame?: (streamId: string, frame: Buffer) => void) => StoredGroup;
};

/**
 * Carries frames from one log's numbering of schemas into another, which grows as schemas are met: by fingerprint, so
 * that a schema has one number whatever the numbers it comes with. Nothing of an event changes, its identity included.
 */
export const renumbering = (from: FrameParts, known: readonly WriterSchema[]): Renumbering => {
  const schemas = [...known];
  const byFingerprint = new Map(schemas.map(({ fingerprint, id }) => [fingerprint, id]));
  const numbers = new Map<number, number>();
  const numberOf = (foreign: number): number => {
    const met = numbers.get(foreign);
    if (met !== undefined) return met;
    const schema = from.schemaOf(foreign);
    const number = byFingerprint.get(schema.fingerprint) ?? schemas.length + 1;
    if (number > schemas.length) {
      schemas.push({ ...schema, id: number });
      byFingerprint.set(schema.fingerprint, number);
    }
    numbers.set(foreign, number);
    return number;
  };
  return {
    schemas: () => schemas,
    group: ({ first, count, frames }, onFrame) => {
      const source = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
      const joined: Buffer[] = [];
      for (let at = 0; at < source.length;) {
        const { schema, attributes, payload, stream, end } = from.cut(source, at);
        const frame = from.join(numberOf(schema), attributes, payload);
        joined.push(frame);
        onFrame?.(streamIdOf(stream), frame);
        at = end;
      }
      return { first, count, frames: Buffer.concat(joined) };
    },
  };
};
