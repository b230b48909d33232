import { streamIdOf } from '@orderloom/decider';
import { archiveUnavailable } from '../errors.ts';
import { splitFrames } from '../frames.ts';
import type { ArchivedStream, ArchiveStore } from '../ports/archive-store.ts';
import type { FrameParts, WriterSchema } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';

/** What outlives an archive's owner: open another one over it. */
export type MemoryArchive = {
  readonly groups: StoredGroup[];
  readonly archived: ArchivedStream[];
  schemas: readonly WriterSchema[];
};

/** An archive of one partition that forgets everything with its `kept`. */
export const memoryArchive = (
  parts: Pick<FrameParts, 'cut'>,
  kept: MemoryArchive = { groups: [], archived: [], schemas: [] },
): ArchiveStore => {
  let isOpen = true;
  const head = (): number => {
    const last = kept.groups.at(-1);
    return last === undefined ? 0 : last.first + last.count - 1;
  };
  return {
    head,
    schemas: () => kept.schemas,
    read: (after) => kept.groups.filter(({ first, count }) => first + count - 1 > after),
    readStream: (streamId) =>
      kept.groups
        .flatMap(({ frames }) => splitFrames(frames))
        .filter((frame) => streamIdOf(parts.cut(Buffer.from(frame), 0).stream) === streamId),
    find: (streamId) => {
      const all = kept.archived.filter((one) => one.streamId === streamId);
      return all.filter(({ version }) => version === all.at(-1)?.version);
    },
    append: async ({ schemas, groups, archived }) => {
      if (!isOpen) throw archiveUnavailable('the memory archive is closed');
      kept.schemas = [...schemas];
      kept.groups.push(...groups.map((group) => ({ ...group, frames: Uint8Array.from(group.frames) })));
      kept.archived.push(...structuredClone(archived));
    },
    close: () => void (isOpen = false),
  };
};
