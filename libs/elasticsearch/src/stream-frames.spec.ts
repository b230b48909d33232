import { describe, expect, test } from '@jest/globals';
import { contiguous, type StoredChunk } from './stream-frames.ts';

const chunk = (firstVersion: number, lastVersion: number): StoredChunk => ({
  firstVersion,
  lastVersion,
  frames: '',
});
const framesOf = ({ firstVersion, lastVersion }: StoredChunk): Uint8Array[] =>
  Array.from({ length: lastVersion - firstVersion + 1 }, (_, at) => Uint8Array.of(firstVersion + at));
const versions = (chunks: readonly StoredChunk[], next: number): (number | undefined)[] =>
  contiguous(chunks, next, framesOf).map((frame) => frame[0]);

describe('the frames of a stream', () => {
  test('are one after the other', () => {
    expect(versions([chunk(1, 3), chunk(4, 4)], 1)).toEqual([1, 2, 3, 4]);
    expect(versions([chunk(1, 3), chunk(4, 4)], 3)).toEqual([3, 4]);
  });

  test('are each taken once where windows overlap', () => {
    expect(versions([chunk(1, 3), chunk(2, 5), chunk(3, 4), chunk(5, 6)], 1)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('end before a hole', () => {
    expect(versions([chunk(1, 2), chunk(4, 5)], 1)).toEqual([1, 2]);
    expect(versions([chunk(4, 5)], 1)).toEqual([]);
  });
});
