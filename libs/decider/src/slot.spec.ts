// A slot is for ever: producers in other languages compute it, and every position in every log names it.
// The vectors are published in docs/reference/slots.md; this spec reads them from there.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SLOTS, murmur2, slotOf, utf8 } from './slot.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/slots.md'), 'utf8');
const rowsUnder = (heading: string): string[][] => {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
};
const hashes = rowsUnder('Vectors of the hash').map(
  ([text, hash]) => [text === '(empty)' ? '' : text!, Number(hash)] as const,
);
const slots = rowsUnder('Vectors of the slot').map(
  ([tenant, key, hash, slot]) => [tenant!, key!, Number(hash), Number(slot)] as const,
);

/** Test vectors of `Utils.murmur2` in the Java Kafka client, org.apache.kafka.common.utils.UtilsTest. */
const JAVA_VECTORS: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

describe('murmur2', () => {
  test.each(JAVA_VECTORS)('hashes %j as the Java client does', (text, hash) => {
    expect(murmur2(utf8(text))).toBe(hash);
  });

  test('has the Java vectors first in its published table', () => {
    expect(hashes.slice(0, JAVA_VECTORS.length)).toEqual(JAVA_VECTORS);
  });

  test.each(hashes)('hashes %j as published', (text, hash) => {
    expect(murmur2(utf8(text))).toBe(hash);
  });
});

describe('a slot', () => {
  test('has a published table with more than ASCII in it', () => {
    expect(slots.length).toBeGreaterThan(15);
    expect(slots.filter(([tenant, key]) => /[^ -~]/.test(tenant + key)).length).toBeGreaterThan(3);
  });

  test.each(slots)('of tenant %j, key %j is as published', (tenant, key, hash, slot) => {
    expect(murmur2(utf8(`${tenant}\0${key}`))).toBe(hash);
    expect(slotOf(tenant, key)).toBe(slot);
  });

  test('is a whole number from 0 to 1023', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (tenant, key) => {
        const slot = slotOf(tenant, key);
        return Number.isInteger(slot) && slot >= 0 && slot < SLOTS;
      }),
    );
  });

  test('is spread evenly over keys as shops make them', () => {
    const counts = new Array<number>(SLOTS).fill(0);
    for (let i = 0; i < 100 * SLOTS; i++) counts[slotOf('main', `buyer-${String(i)}`)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(160);
  });

  test('is the same in another process', () => {
    const script = `
      import { slotOf } from ${JSON.stringify(new URL('./slot.ts', import.meta.url).href)};
      const keys = ${JSON.stringify(slots.map(([tenant, key]) => [tenant, key]))};
      console.log(JSON.stringify(keys.map(([tenant, key]) => slotOf(tenant, key))));`;
    const env = { ...process.env, LANG: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu' };
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env,
    });
    expect(JSON.parse(child.stdout)).toEqual(slots.map(([tenant, key]) => slotOf(tenant, key)));
  });
});

describe('utf8', () => {
  test('gives the bytes that Node gives, lone surrogates included', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        const text = units.join('');
        return Buffer.from(utf8(text)).equals(Buffer.from(text, 'utf8'));
      }),
      { numRuns: 2_000 },
    );
  });
});
