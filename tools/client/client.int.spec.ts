import { leftOut } from '@orderloom/testing';
import { jest } from '@jest/globals';
import { clientContract } from './client-contract.ts';
import {
  atItsEdge,
  embeddedPlace,
  httpPlace,
  kafkaObstacle,
  kafkaPlace,
  searchedObstacle,
  searchedPlace,
  sharedPlace,
} from './places.ts';

jest.setTimeout(60_000);

clientContract({ name: 'in the engine’s process', open: embeddedPlace });
clientContract({ name: 'over HTTP', open: httpPlace });

const obstacle = kafkaObstacle();
const unsearched = searchedObstacle();
if (obstacle === undefined) {
  const onKafka = { within: 1_200_000, reads: unsearched === undefined };
  const open = sharedPlace(unsearched === undefined ? searchedPlace : kafkaPlace, 2);
  clientContract({
    ...{ ...onKafka, name: 'through topics', open },
    skip: [
      {
        reason: 'who seals with keys of its own is found by nobody who has others: here the edge',
        of: 'a search',
        tests: ['finds a receiver by a name that is sealed'],
      },
    ],
  });
  clientContract({ ...onKafka, name: 'over HTTP to an engine on topics', open: () => atItsEdge(open()) });
} else leftOut('the client through topics', obstacle);
if (unsearched !== undefined) leftOut('queries of an engine on topics', unsearched);
