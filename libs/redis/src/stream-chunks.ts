import { splitFrames } from '@orderloom/engine';

/**
 * Frames of one stream behind a version. Chunks are kept by their first version; a window that was written twice may have
 * been cut in another way, so they may overlap.
 */
export const framesBehind = (
  chunks: Readonly<Record<string, Uint8Array>>,
  afterVersion: number,
  limit: number,
): readonly Uint8Array[] => {
  const inOrder = Object.entries(chunks)
    .map(([firstVersion, frames]) => ({ firstVersion: Number(firstVersion), frames }))
    .sort((a, b) => a.firstVersion - b.firstVersion);
  const found: Uint8Array[] = [];
  let reached = afterVersion;
  for (const { firstVersion, frames } of inOrder) {
    const fresh = splitFrames(frames).slice(Math.max(0, reached + 1 - firstVersion));
    found.push(...fresh);
    reached += fresh.length;
  }
  return found.slice(0, limit);
};
