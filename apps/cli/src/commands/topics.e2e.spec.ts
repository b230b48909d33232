// Topics of a real broker, made and checked from the command line.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { orderloom, orderloomJson } from '../running.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('orderloom topics apply, on a real broker', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

here('orderloom topics apply', () => {
  let where: readonly string[] = [];
  beforeAll(async () => {
    const { urls } = await sharedServer('kafka');
    where = ['--brokers', urls.join(','), '--prefix', `t-${randomUUID().slice(0, 8)}`, '--dev'];
  }, 900_000);

  it('makes the topics once, says what they survive, and refuses another partition count', async () => {
    const first = await orderloom('topics', 'apply', ...where, '--partitions', '3');
    expect(first.code).toBe(0);
    expect(first.out).toContain('created');
    expect(first.out).toContain('NOT the loss of its disk');
    const { topics } = await orderloomJson('topics', 'apply', ...where, '--partitions', '3');
    expect(topics).toHaveLength(9);
    expect(topics).toEqual(
      expect.arrayContaining([expect.objectContaining({ outcome: 'kept', differences: [] })]),
    );
    const other = await orderloom('topics', 'apply', ...where, '--partitions', '4');
    expect(other.code).toBe(1);
    expect(other.err).toContain('has 3 partitions, this generation has 4');
  }, 60_000);

  it('lets nobody in where the cluster has no list of that, nor as what is no role', async () => {
    const unheld = await orderloom(
      'topics',
      'apply',
      ...where,
      '--partitions',
      '3',
      '--allow',
      'sender=checkout',
    );
    expect(unheld.code).toBe(1);
    expect(unheld.err).toContain('no authorizer');
    expect((await orderloom('topics', 'apply', ...where, '--allow', 'boss=me')).code).toBe(2);
  }, 60_000);

  it('needs a broker and a count that can be', async () => {
    expect((await orderloom('topics', 'apply')).code).toBe(2);
    expect((await orderloom('topics', 'apply', ...where, '--partitions', 'many')).code).toBe(2);
  }, 60_000);
});
