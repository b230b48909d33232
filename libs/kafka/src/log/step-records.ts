import type { FrameParts, OutboundCommand, PartitionStep, StepSource } from '@orderloom/engine';
import { LANES, type Lane } from '@orderloom/engine';
import type { NewRecord, TopicOffsets, TopicRecords } from '../client/client-port.ts';
import type { CommandRecords } from '../records/command-record.ts';
import { eventWriter } from '../records/event-record.ts';
import { progressRecord, replyRecord } from '../records/reply-record.ts';
import type { SchemaNumbers } from '../records/schema-numbers.ts';
import { setAsideRecord } from '../records/set-aside-record.ts';
import type { PartitionTable } from '../topics/partition-table.ts';
import type { TopicNames } from '../topics/topic-names.ts';
import type { Written } from './fencing-producer.ts';

export type StepWriterParts = {
  readonly names: TopicNames;
  readonly table: PartitionTable;
  readonly parts: FrameParts;
  readonly events: SchemaNumbers;
  readonly commands: CommandRecords;
  /** Stream type whose events every partition follows: they go to the globals topic as well. */
  readonly globalType: string;
};

const NO_SOURCE: StepSource = { lane: null, offset: 0, events: 0 };

/** The source of each event of a step, in order. */
function* sourcesOf(step: PartitionStep): Generator<StepSource, never> {
  for (const source of step.sources) for (let i = 0; i < source.events; i++) yield source;
  for (;;) yield NO_SOURCE;
}

/** Makes the records of one transaction out of what a round has left behind. */
export const stepWriter = (options: StepWriterParts) => {
  const { names, table, commands } = options;
  const writeEvent = eventWriter(options.parts, options.events);

  const eventRecords = (partition: number, step: PartitionStep): readonly TopicRecords[] => {
    const { first, count } = step;
    const frames = Buffer.from(step.frames.buffer, step.frames.byteOffset, step.frames.byteLength);
    const sources = sourcesOf(step);
    const messages: NewRecord[] = [];
    const globals: NewRecord[] = [];
    for (let at = 0, index = first; index < first + count; index++) {
      const source = sources.next().value;
      const written = writeEvent(frames, at, { index, first, count, source });
      messages.push({ ...written.message, partition });
      if (written.streamType === options.globalType) globals.push({ ...written.message, partition: 0 });
      at = written.end;
    }
    return [
      { topic: names.events, messages },
      { topic: names.globals, messages: globals },
    ];
  };

  const outboundRecord = ({ request, ...to }: OutboundCommand): NewRecord => ({
    ...commands.write(request, { ...to, replyTo: to.replyTo ?? null }),
    partition: table.partitionOf(to.slot),
  });

  return (partition: number, step: PartitionStep): Written['topics'] =>
    [
      ...eventRecords(partition, step),
      { topic: names.internal, messages: step.outbound.map(outboundRecord) },
      {
        topic: names.replies,
        messages: [...step.replies.map(replyRecord), ...step.progress.map(progressRecord)],
      },
      {
        topic: names.deadLetters,
        messages: step.deadLetters.map((letter) => ({ ...setAsideRecord(letter), partition })),
      },
      { topic: names.parked, messages: step.parked.map((kept) => ({ ...setAsideRecord(kept), partition })) },
    ].filter(({ messages }) => messages.length > 0);
};

/** How far the lanes of a partition have been decided, as a transaction takes it. */
export const stepOffsets = (
  names: TopicNames,
  partition: number,
  offsets: PartitionStep['offsets'],
): readonly TopicOffsets[] | undefined => {
  const topics = LANES.flatMap((lane: Lane) => {
    const offset = offsets[lane];
    return offset === undefined
      ? []
      : [{ topic: names[lane], partitions: [{ partition, offset: String(offset) }] }];
  });
  return topics.length === 0 ? undefined : topics;
};
