import { streamIdOf } from '@orderloom/decider';
import { join } from 'node:path';
import {
  archiveCorrupt,
  EngineError,
  type ArchivedStream,
  type ArchiveReader,
  type Codec,
  type FrameParts,
  type StoredGroup,
} from '@orderloom/engine';
import { readManifest, type Manifest } from './manifest.ts';
import { decodeJson } from './segment/record.ts';
import { contentOf, FIRST_PREVIOUS, indexOf, type SegmentContent } from './segment/segment-content.ts';
import { lookUp, proveIndex, readFrames, readRecordAt, readSegment } from './segment/segment-file.ts';
import type { Place, SegmentIndex } from './segment/segment-index.ts';

/** Binds itself to the archive's numbering when the archive is opened. */
export type ArchiveCodec = Pick<Codec, 'bind'> & Pick<FrameParts, 'cut'>;

type Segment = { readonly file: string; readonly bytes: number };

/** The segment that is open, as its manifest says. */
export const openContent = (folder: string, manifest: Manifest): SegmentContent => {
  const { open, partition, sealed } = manifest;
  const file = join(folder, open.file);
  const previous = sealed.at(-1)?.link ?? FIRST_PREVIOUS;
  return contentOf(readSegment(file, open.bytes), { ...open, file, partition, previous });
};

/** Groups behind `after`, of all segments, each segment proven as a whole before its first group is given. */
export function* groupsBehind(folder: string, manifest: Manifest, after: number): Generator<StoredGroup> {
  const { sealed, partition } = manifest;
  for (const [at, segment] of sealed.entries()) {
    if (segment.last <= after) continue;
    const file = join(folder, segment.file);
    const previous = sealed[at - 1]?.link ?? FIRST_PREVIOUS;
    const bytes = readSegment(file, segment.bytes);
    yield* behind(contentOf(bytes, { ...segment, file, partition, previous }), after);
  }
  yield* behind(openContent(folder, manifest), after);
}

function* behind({ groups }: SegmentContent, after: number): Generator<StoredGroup> {
  for (const { group } of groups) if (group.first + group.count - 1 > after) yield group;
}

export type StreamLookUpParts = {
  readonly folder: string;
  readonly manifest: () => Manifest;
  readonly openIndex: () => SegmentIndex;
  readonly parts: Pick<FrameParts, 'cut'>;
};

/** Looks single streams up, newest segment first. */
export const streamLookUp = ({ folder, manifest, openIndex, parts }: StreamLookUpParts) => {
  /** Segments that speak of the stream, newest first. */
  function* speaking(streamId: string): Generator<Segment & { readonly places: readonly Place[] }> {
    const { open, sealed } = manifest();
    yield { file: join(folder, open.file), bytes: open.bytes, places: openIndex().find(streamId) };
    for (const segment of sealed.toReversed()) {
      const file = join(folder, segment.file);
      yield { file, bytes: segment.bytes, places: lookUp(file, segment, streamId) };
    }
  }
  const readStream = (streamId: string): readonly Uint8Array[] => {
    const found: { readonly version: number; readonly frame: Buffer }[] = [];
    for (const { file, bytes, places } of speaking(streamId)) {
      const frames = readFrames(
        file,
        bytes,
        places.filter(({ isArchived }) => !isArchived).map(({ at }) => at),
      );
      for (const frame of frames) {
        const { stream, version } = cutOf(frame, file, parts);
        if (streamIdOf(stream) === streamId) found.push({ version, frame });
      }
      if (found.some(({ version }) => version === 1)) break;
    }
    return found.sort((a, b) => a.version - b.version).map(({ frame }) => frame);
  };
  const find = (streamId: string): readonly ArchivedStream[] => {
    for (const { file, bytes, places } of speaking(streamId)) {
      const documents = places
        .filter(({ isArchived }) => isArchived)
        .map(({ at }) => decodeJson<ArchivedStream>(readRecordAt(file, bytes, at).payload))
        .filter((one) => one.streamId === streamId);
      const version = Math.max(0, ...documents.map((one) => one.version));
      if (version > 0) return documents.filter((one) => one.version === version);
    }
    // Nothing found is believed only of indexes that are what was written.
    for (const segment of manifest().sealed) proveIndex(join(folder, segment.file), segment);
    return [];
  };
  return { readStream, find };
};

const cutOf = (frame: Buffer, file: string, parts: Pick<FrameParts, 'cut'>) => {
  try {
    return parts.cut(frame, 0);
  } catch (error) {
    throw archiveCorrupt(`${file}: a frame in it is not what was written`, error);
  }
};

/** Index of the last event in the archive of a partition; 0 where there is none. Throws `archive-corrupt`. */
export const archiveHead = (folder: string): number => readManifest(folder)?.head ?? 0;

/**
 * Reads the archive of a partition, with or without a living writer beside it: what its manifest says when it is opened.
 * Throws `archive-missing` where the folder holds none, `archive-corrupt` where it is not what was written.
 */
export const readArchive = (
  folder: string,
  codec: ArchiveCodec,
): ArchiveReader & { readonly partition: number } => {
  const manifest = readManifest(folder);
  if (manifest === undefined)
    throw new EngineError('archive-missing', `there is no archive in ${folder}`, { retryable: false });
  const { schemas } = openContent(folder, manifest);
  codec.bind(schemas);
  let index: SegmentIndex | undefined;
  return {
    partition: manifest.partition,
    head: () => manifest.head,
    schemas: () => schemas,
    read: (after) => groupsBehind(folder, manifest, after),
    ...streamLookUp({
      ...{ folder, parts: codec, manifest: () => manifest },
      openIndex: () => (index ??= indexOf(openContent(folder, manifest), codec)),
    }),
    close: () => undefined,
  };
};
