// When a group is closed: what trickles in turn by turn shares it, and a stream without an end does not keep it open.
import { expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import { afterQuietTurn } from './quiet-turn.ts';

/** Closes a group into which `perTurn` commands arrive in each of `turnsOfInput` turns; gives how many it has. */
const closedWith = async (turnsOfInput: number, perTurn: number): Promise<number> => {
  let arrived = perTurn;
  let closed = 0;
  afterQuietTurn(
    () => arrived,
    100,
    () => (closed = arrived),
  );
  for (let turn = 1; turn < turnsOfInput && closed === 0; turn++) {
    await turns(1);
    if (closed === 0) arrived += perTurn;
  }
  await turns(2);
  return closed;
};

test('a group takes all that arrives turn after turn', async () => {
  expect(await closedWith(1, 1)).toBe(1);
  expect(await closedWith(5, 3)).toBe(15);
});

test('a group is closed where the turns bring more without an end', async () => {
  expect(await closedWith(1000, 7)).toBe(105);
});
