import { describe, expect, test } from '@jest/globals';
import { objectList } from './object-list.ts';

describe('an object list', () => {
  test.each([
    ['', []],
    [' ', []],
    ['[]', []],
    ["['880001']", ['880001']],
    ["['880001','880002']", ['880001', '880002']],
    [`[ "a" , 'b' ]`, ['a', 'b']],
  ])('%j holds %j', (text, ids) => expect(objectList(text)).toEqual(ids));

  test.each(["['a'", "'a'", "['a',]", "['a' 'b']", '[a]', "['a\\'b']", '{}', "['a'];"])('is not %j', (text) =>
    expect(objectList(text)).toBeUndefined(),
  );
});
