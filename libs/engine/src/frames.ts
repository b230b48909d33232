import type { RecordedEvent } from '@orderloom/decider';
import type { Codec, DecodedFrame } from './ports/codec.ts';

/** Bytes of a frame's length field, which does not count itself. */
const LENGTH_BYTES = 4;

/** Cuts frames that stand back to back into single ones, lengths included; the parts share the blob's memory. */
export const splitFrames = (blob: Uint8Array): Uint8Array[] => {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < blob.byteLength;) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    frames.push(blob.subarray(at, end));
    at = end;
  }
  return frames;
};

/** Stored frames one after the other, in order. What is read of one must be read before the next. */
export function* framesIn(
  codec: Pick<Codec, 'readFrame'>,
  frames: readonly Uint8Array[],
): Generator<DecodedFrame> {
  for (const bytes of frames) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < buffer.length;) {
      const frame = codec.readFrame(buffer, at);
      yield frame;
      at = frame.end;
    }
  }
}

/** The events of stored frames, in order. */
export const eventsIn = (codec: Pick<Codec, 'readFrame'>, frames: readonly Uint8Array[]): RecordedEvent[] =>
  Array.from(framesIn(codec, frames), ({ event }) => event);
