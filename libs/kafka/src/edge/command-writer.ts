import type { CommandCodec, CommandRequest, SchemaIds } from '@orderloom/engine';
import type { NewRecord } from '../client/client-port.ts';
import { commandRecords } from '../records/command-record.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';

/** Commands as records for producers that want no answer and choose partitions themselves. The key is left to them. */
export const commandWriter = (
  codec: CommandCodec,
  schemaIds: SchemaIds,
): ((request: CommandRequest) => Omit<NewRecord, 'key'>) => {
  const records = commandRecords(codec, schemaNumbers(codec, schemaIds), 0);
  return (request) => {
    const { value, headers } = records.write(request, { slot: 0, replyTo: null });
    return { value, ...(headers === undefined ? {} : { headers }) };
  };
};
