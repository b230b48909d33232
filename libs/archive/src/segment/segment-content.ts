import { streamIdOf } from '@orderloom/decider';
import {
  archiveCorrupt,
  type ArchivedStream,
  type ArrivedSlot,
  type FrameParts,
  type StoredGroup,
  type WriterSchema,
} from '@orderloom/engine';
import {
  decodeGroup,
  decodeJson,
  FRAMES_AT,
  FIRST_LINK,
  KIND,
  LINK_BYTES,
  MAGIC,
  recordsIn,
} from './record.ts';
import { SegmentIndex } from './segment-index.ts';

/** The first record of a segment. */
export type SegmentHead = {
  readonly partition: number;
  /** Index of the first event that will stand in it. */
  readonly first: number;
};

/** What a segment must be to stand where it does. */
export type Expected = SegmentHead & {
  readonly file: string;
  /** The link that the segment before it ends with, hex. */
  readonly previous: string;
  /** Its own last link, hex. */
  readonly link: string;
};

export const FIRST_PREVIOUS = FIRST_LINK.toString('hex');

export type SegmentContent = {
  readonly schemas: readonly WriterSchema[];
  readonly groups: readonly { readonly at: number; readonly group: StoredGroup }[];
  readonly archived: readonly { readonly at: number; readonly streamId: string; readonly version: number }[];
};

/** Everything in a segment, each record proven, and the whole proven to stand where it does. Throws `archive-corrupt`. */
export const contentOf = (bytes: Buffer, expected: Expected): SegmentContent => {
  const { file, partition, first, previous, link } = expected;
  const schemas: WriterSchema[] = [];
  const groups: { at: number; group: StoredGroup }[] = [];
  const archived: { at: number; streamId: string; version: number }[] = [];
  let opened: readonly ArrivedSlot[] | undefined;
  let [next, last] = [first, bytes.subarray(MAGIC.length, MAGIC.length + LINK_BYTES)];
  if (last.toString('hex') !== previous)
    throw archiveCorrupt(`${file}: it does not follow the segment before it`);
  for (const { kind, at, payload, link: own } of recordsIn(bytes, file)) {
    last = own;
    if (kind === KIND.head) refuseOther(decodeJson<SegmentHead>(payload), { file, partition, first });
    else if (kind === KIND.schema) schemas.push(decodeJson<WriterSchema>(payload));
    else if (kind === KIND.archived) archived.push({ ...decodeJson<ArchivedStream>(payload), at });
    else if (kind === KIND.opened) opened = decodeJson<readonly ArrivedSlot[]>(payload);
    else if (kind === KIND.group) {
      const group = { ...decodeGroup(payload), ...(opened === undefined ? {} : { opened }) };
      opened = undefined;
      if (group.first !== next)
        throw archiveCorrupt(
          `${file}, byte ${String(at)}: event ${String(group.first)} stands where ${String(next)} must be`,
        );
      next = group.first + group.count;
      groups.push({ at, group });
    }
  }
  if (last.toString('hex') !== link)
    throw archiveCorrupt(`${file}: it does not end with what its manifest says`);
  return { schemas, groups, archived };
};

const refuseOther = (
  head: SegmentHead,
  { file, partition, first }: SegmentHead & { readonly file: string },
): void => {
  if (head.partition !== partition || head.first !== first)
    throw archiveCorrupt(
      `${file}: it is the segment of partition ${String(head.partition)} from event ${String(head.first)}, not of ${String(partition)} from ${String(first)}`,
    );
};

/** Adds the frames of a group, whose record stands at `at`. */
export const indexGroup = (
  index: SegmentIndex,
  parts: Pick<FrameParts, 'cut'>,
  frames: Uint8Array,
  at: number,
): void => {
  const source = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
  for (let from = 0; from < source.length;) {
    const { stream, version, end } = parts.cut(source, from);
    index.add(streamIdOf(stream), { version, isArchived: false, at: at + FRAMES_AT + from });
    from = end;
  }
};

export const indexOf = (content: SegmentContent, parts: Pick<FrameParts, 'cut'>): SegmentIndex => {
  const index = new SegmentIndex();
  for (const { group, at } of content.groups) indexGroup(index, parts, group.frames, at);
  for (const { streamId, version, at } of content.archived)
    index.add(streamId, { version, isArchived: true, at });
  return index;
};
