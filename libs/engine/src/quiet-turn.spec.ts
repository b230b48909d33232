// When a group is closed: what trickles in turn by turn shares it, and a stream without an end does not keep it open.
import { expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import { afterQuietTurn } from './quiet-turn.ts';

/** Sizes of the groups that are closed while `perTurn` commands arrive in each of so many turns. */
const groupsOf = async (turnsOfInput: number, perTurn: number): Promise<readonly number[]> => {
  const closed: number[] = [];
  let arrived = perTurn;
  afterQuietTurn(
    () => arrived,
    100,
    () => closed.push(arrived),
  );
  for (let turn = 1; turn < turnsOfInput && closed.length === 0; turn++) {
    await turns(1);
    arrived += perTurn;
  }
  await turns(2);
  return closed;
};

test('a group takes all that arrives turn after turn', async () => {
  expect(await groupsOf(1, 1)).toEqual([1]);
  expect(await groupsOf(5, 3)).toEqual([15]);
});

test('a group is closed where the turns bring more without an end', async () => {
  expect(await groupsOf(1000, 7)).toEqual([105]);
});
