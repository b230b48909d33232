// The events of a log as a stranger reads them: a plain consumer, none of the engine's own checks.
import { eventReader, schemaNumbers, topicNames } from '@orderloom/kafka';
import type { LogEvent } from '@orderloom/testing';
import { wireCodec } from '@orderloom/wire';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readTopic } from './read-topic.ts';

/** Every committed event, in the order of each partition. */
export const readLog = async (
  options: ProgramOptions,
  schemaIds = exampleOptions(options).schemaIds,
): Promise<readonly LogEvent[]> => {
  const codec = wireCodec();
  const read = eventReader(codec, schemaNumbers(codec, schemaIds));
  return (await readTopic(options, topicNames(options.prefix).events)).map(({ value, headers }) => {
    const { event, identity } = codec.readFrame(read({ value, headers }).frame, 0);
    return { ...event, identity };
  });
};
