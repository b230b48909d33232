import { beforeAll, describe, jest } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { groupProgressContract, leftOut } from '@orderloom/testing';
import { exampleTopics, type ExampleTopics } from '../example/example-topics.ts';
import { kafkaGroupProgress } from './kafka-group-progress.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('the progress of consumers on a real broker', obstacle);
jest.setTimeout(60_000);

(obstacle === undefined ? describe : describe.skip)('on a real broker', () => {
  let topics: ExampleTopics;
  beforeAll(async () => {
    topics = await exampleTopics((await sharedServer('kafka')).urls, 2);
  }, 900_000);
  groupProgressContract({
    name: 'the topic of consumers',
    open: (group) => kafkaGroupProgress({ kafka: topics.kafka, prefix: topics.prefix, group }),
  });
});
