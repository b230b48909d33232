import { splitFrames, type StreamChunk } from '@orderloom/engine';

/** Some events of a stream, as they were written in one window. */
export type StoredChunk = {
  readonly firstVersion: number;
  readonly lastVersion: number;
  /** Frames back to back, base 64. */
  readonly frames: string;
};

/**
 * The frames from version `next` on, without a hole, of chunks ordered by first version. A window that was delivered
 * twice, and cut otherwise the second time, leaves chunks that overlap: each version is taken once.
 */
export const contiguous = (
  chunks: readonly StoredChunk[],
  next: number,
  framesOf: (chunk: StoredChunk) => readonly Uint8Array[],
): readonly Uint8Array[] => {
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) {
    const wanted = next + frames.length;
    if (chunk.firstVersion > wanted) break;
    if (chunk.lastVersion >= wanted) frames.push(...framesOf(chunk).slice(wanted - chunk.firstVersion));
  }
  return frames;
};

/** A chunk with the stream it is of. */
export type StreamPart = StoredChunk & { readonly streamId: string };

/** The chunks of streams, in any order, as one chunk a stream; where there is a hole what is behind it is another one. */
export const wholeHistories = (parts: readonly StreamPart[]): readonly StreamChunk[] => {
  const streams = new Map<string, StreamPart[]>();
  for (const part of parts) {
    const of = streams.get(part.streamId);
    if (of === undefined) streams.set(part.streamId, [part]);
    else of.push(part);
  }
  return [...streams].flatMap(([streamId, chunks]) => {
    const ordered = chunks.sort((a, b) => a.firstVersion - b.firstVersion);
    const frames = contiguous(ordered, 1, framesOf);
    const behind = ordered.find(({ lastVersion }) => lastVersion > frames.length);
    return [
      { streamId, firstVersion: 1, count: frames.length, frames: Buffer.concat(frames) },
      ...(behind === undefined ? [] : [chunkOf(behind)]),
    ];
  });
};

export const framesOf = ({ frames }: StoredChunk): readonly Uint8Array[] =>
  splitFrames(Buffer.from(frames, 'base64'));

const chunkOf = (part: StreamPart): StreamChunk => ({
  ...{ streamId: part.streamId, firstVersion: part.firstVersion },
  count: part.lastVersion - part.firstVersion + 1,
  frames: Buffer.from(part.frames, 'base64'),
});
