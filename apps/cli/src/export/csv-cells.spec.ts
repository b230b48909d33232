import { expect, test } from '@jest/globals';
import { csvFields } from '../import/csv.ts';
import { csvLine } from './csv-cells.ts';

test.each([
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['+1', "'+1"],
  ['-1+cmd', "'-1+cmd"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['a=1', 'a=1'],
  ['a "b", c', '"a ""b"", c"'],
  ['two\nlines', '"two\nlines"'],
  ['', ''],
  [null, ''],
  [-5, '-5'],
])('the cell %j is %s', (value, cell) => {
  expect(csvLine([value])).toBe(`${cell}\r\n`);
});

test('a line is read back as it was written', () => {
  const cells = ['plain', 'a,b', '"quoted"', '', 'ü€😀'];
  expect(csvFields(csvLine(cells).trimEnd())).toEqual(cells);
});
