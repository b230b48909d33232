import { describe, expect, test } from '@jest/globals';
import { csvFields } from './csv.ts';

describe('a line of CSV', () => {
  test.each([
    ['', ['']],
    ['a,b', ['a', 'b']],
    ['a,,', ['a', '', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",2', ['say "hi"', '2']],
  ])('%j has the fields %j', (line, fields) => expect(csvFields(line)).toEqual(fields));

  test.each(['"a', 'a"b', '"a"b,c', '"a""'])('cannot be %j', (line) =>
    expect(csvFields(line)).toBeUndefined(),
  );
});
