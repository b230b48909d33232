import { beforeAll, describe, jest } from '@jest/globals';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { groupProgressContract, leftOut } from '@orderloom/testing';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaGroupProgress } from './kafka-group-progress.ts';

jest.setTimeout(60_000);

describe.each(KAFKA_LIBRARIES)('%s', (library) => {
  const { obstacle, brokers: found } = kafkaThrough(library);
  if (obstacle !== undefined) leftOut(`the progress of consumers through ${library}`, obstacle);
  const here = obstacle === undefined ? describe : describe.skip;
  let brokers: readonly string[] = [];
  beforeAll(async () => {
    if (obstacle === undefined) brokers = await found();
  }, 900_000);

  here('on a real broker', () => {
    let topics: ExampleTopics;
    beforeAll(async () => {
      topics = await exampleTopics(brokers, 2, library);
    });
    groupProgressContract({
      name: 'the topic of consumers',
      open: (group) => kafkaGroupProgress({ kafka: topics.kafka, prefix: topics.prefix, group }),
    });
  });
});
