// An export that is killed anywhere, again and again, ends with the bytes of one that was not.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { random } from '@orderloom/testing';
import { scratchFolder } from '../running.ts';
import type { Row, Rows } from './rows.ts';
import { runExport } from './run-export.ts';
import { fileTarget, keptFor, sameExport, type Purpose } from './target.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const COUNT = 3000;
const purpose: Purpose = { what: 'events', format: 'csv', tenant: 'main', position: COUNT, mark: 'ab' };
const silent = { at: () => undefined, stop: () => undefined };
class Killed extends Error {}

const lineOf = (index: number): string => `${index},${'ü'.repeat(index % 90)}\r\n`;
const whole = ['number,text\r\n', ...Array.from({ length: COUNT }, (_, at) => lineOf(at + 1))].join('');

/** The rows; the export is killed when it asks for the one with this number. */
const rows = (killedAt = Infinity): Rows => ({
  header: 'number,text\r\n',
  total: COUNT,
  *from(place): Generator<Row> {
    for (let index = Number(place ?? 0) + 1; index <= COUNT; index++) {
      if (index === killedAt) throw new Killed();
      yield { line: lineOf(index), place: String(index) };
    }
  },
});

const run = (file: string, killedAt?: number): Promise<number> => {
  const kept = keptFor(file);
  const target = fileTarget(file, kept);
  return runExport({ rows: rows(killedAt), target, purpose, kept, progress: silent, batch: 4096 });
};

describe('an export', () => {
  test('killed twenty times has the bytes of one in one go', async () => {
    const file = join(scratch.path, 'killed.csv');
    const source = random(7);
    for (let killed = 0; killed < 20; killed++) {
      const reached = Number(keptFor(file)?.place ?? 0);
      const at = reached + 1 + source.below(Math.max(1, (COUNT - reached) / 4));
      await expect(run(file, at)).rejects.toThrow(Killed);
      expect(existsSync(file)).toBe(false);
      // What the system had written of rows that nobody has noted.
      if (source.chance(0.5)) appendFileSync(`${file}.part`, 'torn,"ro');
    }
    expect(await run(file)).toBe(COUNT);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    expect(existsSync(`${file}.part`) || existsSync(`${file}.export`)).toBe(false);
  });

  test('killed between having its name and being done is done', async () => {
    const file = join(scratch.path, 'named.csv');
    await expect(run(file, 2000)).rejects.toThrow(Killed);
    const kept = readFileSync(`${file}.export`, 'utf8');
    expect(await run(file)).toBe(COUNT);
    writeFileSync(`${file}.export`, kept);
    expect(await run(file)).toBe(COUNT);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });

  test('does not write over a file, nor go on with another export', async () => {
    const file = join(scratch.path, 'mine.csv');
    writeFileSync(file, 'mine');
    expect(() => keptFor(file)).toThrow(/is there already/);
    const other = join(scratch.path, 'other.csv');
    await expect(run(other, 2000)).rejects.toThrow(Killed);
    const kept = keptFor(other)!;
    expect(() => sameExport(kept, { ...purpose, tenant: 'shop' }, other)).toThrow(/another tenant/);
    expect(() => sameExport(kept, { ...purpose, mark: 'cd' }, other)).toThrow(/another log/);
  });
});
