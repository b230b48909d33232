// The events of a log as a stranger reads them: a plain consumer, none of the engine's own checks.
import { eventReader, schemaNumbers, topicNames } from '@orderloom/kafka';
import type { LogEvent } from '@orderloom/testing';
import { wireCodec } from '@orderloom/wire';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readTopic } from './read-topic.ts';

/** Every committed event, in the order of each partition, those of an older generation of topics first. */
export const readLog = async (
  options: ProgramOptions,
  schemaIds = exampleOptions(options).schemaIds,
  generations = 1,
): Promise<readonly LogEvent[]> => {
  const codec = wireCodec();
  const read = eventReader(codec, schemaNumbers(codec, schemaIds));
  const all: LogEvent[] = [];
  for (let generation = 1; generation <= generations; generation++)
    for (const { value, headers } of await readTopic(
      options,
      topicNames(options.prefix, generation).events,
    )) {
      // A slot has come or gone: there is no event in it.
      if (value === null) continue;
      const { event, identity } = codec.readFrame(read({ value, headers }).frame, 0);
      all.push({ ...event, identity });
    }
  return all;
};
