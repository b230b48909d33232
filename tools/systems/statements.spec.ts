// Nobody states what no test holds, and nobody tests what is not stated.
import { describe, expect, test } from '@jest/globals';
import { numberedTests, numberedTestsIn } from './numbered-tests.ts';
import { rows, statements } from './statements.ts';

const tests = numberedTests().filter(({ isNullControl }) => !isNullControl);
const numbers = (wanted: (stated: object) => boolean): readonly string[] =>
  [...statements].filter(([, stated]) => wanted(stated)).map(([number]) => number);
const held = new Set(tests.map(({ number }) => number));
const fileOf = (row: string): RegExp => new RegExp(`^tools/systems/${row.padStart(2, '0')}-`);

describe('the statements', () => {
  test('have a test each, or say why there is none yet', () => {
    expect(numbers((stated) => !('notYet' in stated)).filter((number) => !held.has(number))).toEqual([]);
  });

  test('that are not there yet have no test', () => {
    expect(numbers((stated) => 'notYet' in stated).filter((number) => held.has(number))).toEqual([]);
  });

  test('are counted from one in each row', () => {
    for (const { statements: ofRow } of Object.values(rows))
      expect(Object.keys(ofRow)).toEqual(Object.keys(ofRow).map((_, index) => String(index + 1)));
  });
});

describe('the tests that bear a number', () => {
  test('have a statement each', () => {
    expect([...held].filter((number) => !statements.has(number))).toEqual([]);
  });

  test('stand in the file of their row, where they stand here', () => {
    const here = tests.filter(({ file }) => file.startsWith('tools/systems/'));
    expect(here.length).toBeGreaterThan(0);
    expect(here.filter(({ number, file }) => !fileOf(number.split('.')[0]!).test(file))).toEqual([]);
  });

  test.each([
    ["statement('15.2', async () => {", '15.2', false],
    ["test('15.2 is refused', () => {", '15.2', false],
    ["  it.each(kinds)(\n    '7.1 is %s', () => {", '7.1', false],
    ["test('15.2 null control: passes', () => {", '15.2', true],
  ])('are found: %s', (text, number, isNullControl) => {
    expect(numberedTestsIn('a.spec.ts', text)).toEqual([{ number, file: 'a.spec.ts', isNullControl }]);
  });

  test.each(["expect('15.2 is no title')", "test('holds 15.2'"])('are no others: %s', (text) => {
    expect(numberedTestsIn('a.spec.ts', text)).toEqual([]);
  });
});
