import { createHmac, timingSafeEqual } from 'node:crypto';

/** Writes and reads the place where a list goes on. */
export type Cursors = {
  /** An opaque text for "behind this sort key", good for one tenant and one list only. */
  readonly write: (tenant: string, list: string, before: string) => string;
  /** The sort key; `undefined` where the text was changed or is of another tenant or list. */
  readonly read: (tenant: string, list: string, cursor: string) => string | undefined;
};

const TAG_BYTES = 16;
/** Room for a place in a log of hundreds of partitions. */
const MAX_LENGTH = 8192;

/** Cursors signed with HMAC-SHA256, so that they need no memory and outlive restarts and rebuilt views. */
export const signedCursors = (key: Uint8Array): Cursors => {
  const tagOf = (tenant: string, list: string, before: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify(['cursor-1', tenant, list, before]))
      .digest()
      .subarray(0, TAG_BYTES);
  return {
    write: (tenant, list, before) =>
      Buffer.concat([tagOf(tenant, list, before), Buffer.from(before)]).toString('base64url'),
    read: (tenant, list, cursor) => {
      if (cursor.length > MAX_LENGTH) return undefined;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= TAG_BYTES || bytes.toString('base64url') !== cursor) return undefined;
      const before = bytes.subarray(TAG_BYTES).toString();
      return timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(tenant, list, before)) ? before : undefined;
    },
  };
};
