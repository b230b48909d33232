import { unreadableFrame, type CommandCodec } from '@orderloom/engine';
import { avroCommands, type AvroMessage } from './generated/avro.ts';
import { schemaTable, type SchemaTable } from './schema-table.ts';

/** Commands as Avro, as they stand in topics: personal data sealed. `bind` gives it the numbering of schemas. */
export const wireCommands = (commands: readonly AvroMessage[] = avroCommands): CommandCodec => {
  let table: SchemaTable | undefined;
  let scratch = Buffer.allocUnsafeSlow(1 << 14);
  const bound = (): SchemaTable => {
    if (!table) throw new TypeError('bind() comes before the first command');
    return table;
  };
  return {
    schemas: () =>
      commands.map(({ name, fingerprint, schema }) => ({ name, fingerprint, json: JSON.stringify(schema) })),
    bind: (schemas) => {
      table = schemaTable(commands, [], schemas);
    },
    write: (streamType, commandType, data) => {
      const { id, avro } = bound().writer(streamType, commandType);
      let end = avro.encode(data, scratch, 0);
      while (end < 0) {
        scratch = Buffer.allocUnsafeSlow(2 * (scratch.length - end));
        end = avro.encode(data, scratch, 0);
      }
      return { schema: id, payload: Buffer.from(scratch.subarray(0, end)) };
    },
    read: (schema, payload) => {
      const reader = bound().reader(schema);
      if (reader.bounds(payload, 0, payload.length) !== payload.length)
        throw unreadableFrame(`the bytes are no ${reader.type}: they do not fit the schema`);
      try {
        return { streamType: reader.stream, commandType: reader.type, data: reader.decode(payload, 0) };
      } catch (cause) {
        throw unreadableFrame(`the bytes are no ${reader.type}`, cause);
      }
    },
  };
};
