import { describe, expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import { WriteBehind } from './write-behind.ts';

/** What was done, in order; each write ends when it is told how. */
const setUp = () => {
  const done: string[] = [];
  const ends: { readonly well: () => void; readonly badly: () => void }[] = [];
  const write = (made: string): Promise<void> => {
    done.push(`writing ${made}`);
    return new Promise((resolve, reject) => {
      ends.push({
        well: () => {
          done.push(`${made} is written`);
          resolve();
        },
        badly: () => reject(new Error(`${made} was refused`)),
      });
    });
  };
  const work = new WriteBehind<string>(write, () => done.push('begins again'));
  const outcomeOf = (added: Promise<void>): Promise<string> =>
    added.then(
      () => 'written',
      (error: unknown) => (error as Error).message,
    );
  const add = (piece: string, needsThoseBefore = false): Promise<string> =>
    outcomeOf(
      work.add(async (before) => {
        if (needsThoseBefore) await before;
        done.push(`making ${piece}`);
        return piece;
      }),
    );
  const addNothing = (): Promise<string> =>
    outcomeOf(work.add(() => Promise.reject(new Error('it cannot be made'))));
  const end = async (how: 'well' | 'badly'): Promise<void> => {
    await turns(1);
    ends.shift()?.[how]();
    await turns(1);
  };
  return { add, addNothing, end, done };
};

describe('work in two steps', () => {
  test('is made while what is before it is written, and written behind that', async () => {
    const { add, end, done } = setUp();
    const [one, two] = [add('one'), add('two')];
    await end('well');
    await end('well');
    expect(done).toEqual([
      ...['making one', 'making two', 'writing one', 'one is written', 'writing two', 'two is written'],
    ]);
    expect(await Promise.all([one, two])).toEqual(['written', 'written']);
  });

  test('waits where it has to read what is before it', async () => {
    const { add, end, done } = setUp();
    const all = [add('one'), add('two', true)];
    await end('well');
    await end('well');
    await Promise.all(all);
    expect(done).toEqual([
      ...['making one', 'writing one', 'one is written', 'making two', 'writing two', 'two is written'],
    ]);
  });

  test('fails with what is before it and is not written; what comes then begins again', async () => {
    const { add, end, done } = setUp();
    const [one, two] = [add('one'), add('two')];
    await end('badly');
    expect(await Promise.all([one, two])).toEqual(['one was refused', 'one was refused']);
    expect(done).toEqual(['making one', 'making two', 'writing one', 'begins again']);
    const three = add('three');
    await end('well');
    expect(await three).toBe('written');
  });

  test('begins again when nothing of it is under way any more', async () => {
    const { add, addNothing, end, done } = setUp();
    const [one, two] = [add('one'), add('two', true)];
    const three = addNothing();
    await end('badly');
    expect(new Set(await Promise.all([one, two, three]))).toEqual(new Set(['one was refused']));
    expect(done).toEqual(['making one', 'writing one', 'begins again']);
  });

  test('leaves what is before it alone where it cannot be made', async () => {
    const { add, addNothing, end } = setUp();
    const one = add('one');
    const two = addNothing();
    await end('well');
    expect(await one).toBe('written');
    expect(await two).toBe('it cannot be made');
  });
});
