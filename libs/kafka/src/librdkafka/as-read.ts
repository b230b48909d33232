import type { ReadRecord } from '../client/client-port.ts';
import type { NativeMessage } from './native.ts';

/** Headers of one name are a list, as the other client has them. */
const headersOf = (headers: NonNullable<NativeMessage['headers']>): NonNullable<ReadRecord['headers']> => {
  const read: Record<string, Buffer | Buffer[]> = {};
  for (const header of headers)
    for (const [name, value] of Object.entries(header)) {
      const before = read[name];
      read[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
    }
  return read;
};

export const asRead = ({ key, value, headers = [], offset }: NativeMessage): ReadRecord => ({
  ...{ key, value, headers: headersOf(headers) },
  offset: String(offset),
});
