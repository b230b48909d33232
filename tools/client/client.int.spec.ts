import { leftOut } from '@orderloom/testing';
import { jest } from '@jest/globals';
import { clientContract } from './client-contract.ts';
import {
  embeddedPlace,
  httpPlace,
  kafkaObstacle,
  kafkaPlace,
  searchedObstacle,
  searchedPlace,
} from './places.ts';

jest.setTimeout(60_000);

clientContract({ name: 'in the engine’s process', open: embeddedPlace });
clientContract({ name: 'over HTTP', open: httpPlace });

const obstacle = kafkaObstacle();
const unsearched = searchedObstacle();
if (obstacle === undefined)
  clientContract({
    ...{ name: 'through topics', within: 1_200_000, reads: unsearched === undefined },
    open: unsearched === undefined ? searchedPlace : kafkaPlace,
  });
else leftOut('the client through topics', obstacle);
