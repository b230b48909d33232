import { describe, expect, it } from '@jest/globals';
import { failureOf } from './database.ts';

const thrown = (errcode: number): Error => Object.assign(new Error('by SQLite'), { errcode });

describe('an error of SQLite', () => {
  it.each([
    ['full', 'SQLITE_FULL', 13],
    ['full', 'SQLITE_IOERR_WRITE', 778],
    ['busy', 'SQLITE_BUSY', 5],
    ['busy', 'SQLITE_BUSY_SNAPSHOT', 517],
    ['denied', 'SQLITE_READONLY', 8],
    ['missing', 'SQLITE_CANTOPEN', 14],
    ['corrupt', 'SQLITE_CORRUPT', 11],
    ['corrupt', 'SQLITE_CORRUPT_INDEX', 779],
    ['corrupt', 'SQLITE_NOTADB', 26],
    ['corrupt', 'SQLITE_IOERR_SHORT_READ', 522],
    ['constraint', 'SQLITE_CONSTRAINT_PRIMARYKEY', 1555],
    ['unsure', 'SQLITE_IOERR_FSYNC', 1034],
    ['unsure', 'SQLITE_IOERR_DIR_FSYNC', 1290],
    ['unsure', 'SQLITE_IOERR_SHMSIZE', 4874],
    ['other', 'SQLITE_ERROR', 1],
  ])('means %s where it is %s', (failure, _, code) => {
    expect(failureOf(thrown(code))).toBe(failure);
  });

  it('is told from every other error', () => {
    expect(failureOf(new Error('a bug'))).toBe('other');
    expect(failureOf(undefined)).toBe('other');
  });
});
