import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rejections } from './rejections.ts';

const SOURCES = join(import.meta.dirname, '.');
const KINDS: Readonly<Record<string, string>> = { State: 'state', Content: 'content', Missing: 'missing' };

const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(join(SOURCES, file), 'utf8'));

/** Every `refuseState('code'` of the sources, with its kind. */
const refused = sources.flatMap((source) =>
  [...source.matchAll(/refuse(State|Content|Missing)\(\s*'([a-z-]+)'/g)].map(([, kind = '', code = '']) => [
    code,
    KINDS[kind],
  ]),
);

describe('the catalogue of rejections', () => {
  it('has every code that is refused with, under its kind', () => {
    const known: Readonly<Record<string, { kind: string }>> = rejections;
    expect(refused.length).toBeGreaterThan(30);
    for (const [code = '', kind] of refused) expect([code, known[code]?.kind]).toEqual([code, kind]);
  });

  it('has no code that nobody refuses with', () => {
    const text = sources.filter((source) => !source.includes('export const rejections')).join('\n');
    const composed = /^(parcel|job)-/;
    const dead = Object.keys(rejections).filter(
      (code) => !text.includes(`'${code}'`) && !composed.test(code),
    );
    expect(dead).toEqual([]);
  });

  it('is in the order of its codes', () => {
    expect(Object.keys(rejections)).toEqual(Object.keys(rejections).sort());
  });
});
