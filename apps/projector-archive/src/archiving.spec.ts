import { expect, test } from '@jest/globals';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import type { ProjectingProblem } from '@orderloom/engine';
import { wireCodec } from '@orderloom/wire';
import { archiving } from './archiving.ts';

test('a partition of a later generation of topics is not archived, and that is said', async () => {
  const stopping = new AbortController();
  const problems: ProjectingProblem[] = [];
  const task = archiving({
    ...{ windowMs: 0, partitions: 3, partitionOf: () => 0, projections: [], globals: async () => [] },
    registry: domainRegistry({ stepper: tableStepper }),
    source: wireCodec(),
    folderOf: () => {
      throw new Error('no folder is opened');
    },
    onHeldUp: (problem) => {
      problems.push(problem);
      stopping.abort();
    },
  });
  await task({ partition: 3, read: async function* () {}, shown: () => undefined }, stopping.signal);
  expect(problems).toMatchObject([{ partition: 3, error: { code: 'not-available' }, againInMs: null }]);
});
