import { unreadableFrame } from '@orderloom/engine';

const MAGIC = 0;
const HEAD_BYTES = 5;

/** A payload as every registry client writes it: a zero byte, the registry's id of the schema in four, the payload. */
export const framed = (id: number, payload: Uint8Array): Buffer => {
  const value = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  value[0] = MAGIC;
  value.writeUInt32BE(id, 1);
  value.set(payload, HEAD_BYTES);
  return value;
};

/** Throws `unreadable-frame` where the bytes have no such head. */
export const unframed = (value: Buffer): { readonly id: number; readonly payload: Buffer } => {
  if (value.length < HEAD_BYTES || value[0] !== MAGIC)
    throw unreadableFrame('the value does not begin with a zero byte and the id of a schema');
  return { id: value.readUInt32BE(1), payload: value.subarray(HEAD_BYTES) };
};
