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
    expect(topics).toHaveLength(10);
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

  it('says what growing would do, does it when told, and refuses what is no growth', async () => {
    const at = [...where.slice(0, 3), `t-${randomUUID().slice(0, 8)}`];
    await orderloomJson('topics', 'apply', ...at, '--dev', '--partitions', '3');
    const grow = ['topics', 'grow', ...at, '--dev', '--partitions'];
    expect(await orderloomJson(...grow, '6')).toMatchObject({ dryRun: true, generation: 2, topics: [] });
    expect(await orderloomJson('topics', 'generations', ...at)).toMatchObject({ counts: [3], wanted: 1 });
    const { topics } = await orderloomJson(...grow, '6', '--yes');
    expect(topics).toHaveLength(7);
    const state = { counts: [3, 6], wanted: 1, slots: [1_024, 0] };
    expect(await orderloomJson('topics', 'generations', ...at)).toEqual(state);
    const less = await orderloom(...grow, '2');
    expect([less.code, less.err.includes('no growth')]).toEqual([1, true]);
    expect((await orderloom('topics', 'grow', ...at)).code).toBe(2);
  }, 120_000);

  it('has slots moved to a generation that is there, and says first what there is', async () => {
    const at = [...where.slice(0, 3), `t-${randomUUID().slice(0, 8)}`];
    await orderloomJson('topics', 'apply', ...at, '--dev', '--partitions', '2');
    await orderloomJson('topics', 'grow', ...at, '--dev', '--partitions', '4', '--yes');
    const to = ['topics', 'switch', ...at, '--to'];
    expect(await orderloomJson(...to, '2')).toMatchObject({ dryRun: true, wanted: 1 });
    // Nobody is there to move them.
    expect(await orderloomJson(...to, '2', '--yes')).toMatchObject({ wanted: 2, slots: [1_024, 0] });
    expect(await orderloomJson(...to, '1', '--yes')).toMatchObject({ wanted: 1 });
    expect((await orderloom(...to, '3', '--yes')).code).toBe(1);
    expect((await orderloom(...to, 'last')).code).toBe(2);
  }, 120_000);
});
