import { beforeAll, describe, jest } from '@jest/globals';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { groupProgressContract, throughEach } from '@orderloom/testing';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaGroupProgress } from './kafka-group-progress.ts';

jest.setTimeout(60_000);

throughEach('the progress of consumers', KAFKA_LIBRARIES, kafkaThrough, (library, brokers) => {
  describe('on a real broker', () => {
    let topics: ExampleTopics;
    beforeAll(async () => {
      topics = await exampleTopics(brokers(), 2, library);
    });
    groupProgressContract({
      name: 'the topic of consumers',
      open: (group) => kafkaGroupProgress({ kafka: topics.kafka, prefix: topics.prefix, group }),
    });
  });
});
