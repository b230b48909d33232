import { expect, test } from '@jest/globals';
import { tableStepper } from '@orderloom/domain';
import { questionsOf, retail } from './questions.ts';
import { isLegalByHand } from './retail-switch.ts';

const lifecycle = retail();
const questions = questionsOf(lifecycle);

test('every status is asked for every event, once', () => {
  const asked = new Set(questions.map(({ status, symbol }) => `${status} ${symbol}`));
  expect(asked.size).toBe(lifecycle.statuses.length * lifecycle.symbols.size);
});

test('the switch that a hand wrote says what the lifecycle says', () => {
  const wrong = questions.filter(
    ({ status, symbol, regions }) =>
      isLegalByHand(regions, symbol) !== tableStepper.next(lifecycle, status, symbol) >= 0,
  );
  expect(wrong.map(({ regions, symbol }) => `${JSON.stringify(regions)} ${symbol}`)).toEqual([]);
});
