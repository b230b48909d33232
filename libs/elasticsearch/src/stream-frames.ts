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
